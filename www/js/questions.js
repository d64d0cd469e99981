// What dialogs ask the server. Answers come in the order of the questions of a kind.

import { guarded } from './guard.js';

/** @typedef {(answer: any, reason: string) => void} Then */
/**
 * @typedef {object} Questions
 * @property {(frame: {type: string, room?: string, [field: string]: unknown}, type: string, then: Then) => void} ask
 *   gives the answer of this type, or null and why not
 * @property {(frame: {type: string, room?: string}) => void} answered
 * @property {(room: string | undefined, reason: string) => void} refused
 * @property {(reason: string) => void} refuse_all
 */

/** @param {(frame: object) => boolean} send @returns {Questions} */
export function create_questions(send) {
  /** Oldest first. @type {{room: string | undefined, type: string, then: Then}[]} */
  const asked = [];

  /** @param {(question: {type: string, room: string | undefined}) => boolean} fits @param {any} frame @param {string} [reason] */
  function answer(fits, frame, reason = '') {
    const place = asked.findIndex(fits);
    asked.splice(place, place < 0 ? 0 : 1).forEach(({ then }) => guarded(then, frame, reason));
  }

  return {
    ask(frame, type, then) {
      if (send(frame)) asked.push({ room: frame.room, type, then });
      else then(null, 'You are not connected.');
    },
    answered(frame) {
      answer(({ type, room }) => type === frame.type && (frame.room === undefined || frame.room === room), frame);
    },
    refused(room, reason) {
      answer((question) => question.room === room, null, reason);
    },
    refuse_all(reason) {
      for (const { then } of asked.splice(0)) guarded(then, null, reason);
    },
  };
}
