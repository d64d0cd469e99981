// What dialogs ask the server. Answers come in the order of the questions of a kind.

import { guarded } from './guard.js';

/** @typedef {(answer: any, reason: string, retry_after_ms?: number) => void} Then */
/**
 * @typedef {object} Questions
 * @property {(frame: {type: string, room?: string, [field: string]: unknown}, type: string, then: Then) => void} ask
 *   gives the answer of this type, or null and why not
 * @property {(frame: {type: string, room?: string}) => void} answered
 * @property {(error: import('./protocol.js').ErrorFrame) => void} refused
 * @property {(error: import('./protocol.js').ErrorFrame) => void} overlooked one was refused that names no room, or was not read at all
 * @property {(reason: string) => void} refuse_all
 */

const answer_within_ms = 15_000;

/** @param {(frame: object) => boolean} send @returns {Questions} */
export function create_questions(send) {
  /** Oldest first. @type {{room: string | undefined, type: string, then: Then, late: ReturnType<typeof setTimeout>}[]} */
  const asked = [];

  /** @param {(question: typeof asked[0]) => boolean} fits @param {any} frame @param {string} [reason] @param {number} [wait] */
  function answer(fits, frame, reason = '', wait) {
    const place = asked.findIndex(fits);
    for (const { then, late } of asked.splice(place, place < 0 ? 0 : 1)) {
      clearTimeout(late);
      guarded(then, frame, reason, wait);
    }
  }

  return {
    ask(frame, type, then) {
      if (!send(frame)) {
        then(null, 'You are not connected.');
        return;
      }
      const late = setTimeout(() => {
        answer((question) => question.late === late, null, 'The server has not answered. Try again.');
      }, answer_within_ms);
      asked.push({ room: frame.room, type, then, late });
    },
    answered(frame) {
      answer(({ type, room }) => type === frame.type && (frame.room === undefined || frame.room === room), frame);
    },
    refused({ room, message, retry_after_ms }) {
      answer((question) => question.room === room, null, message, retry_after_ms);
    },
    overlooked({ message, retry_after_ms }) {
      const has_no_room = asked.some(({ room }) => room === undefined);
      answer(({ room }) => !has_no_room || room === undefined, null, message, retry_after_ms);
    },
    refuse_all(reason) {
      for (const { then, late } of asked.splice(0)) {
        clearTimeout(late);
        guarded(then, null, reason);
      }
    },
  };
}
