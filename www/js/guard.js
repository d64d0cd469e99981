// What may fail without taking anything else along: one view of many, one listener, one answer to a question.

/**
 * Calls it; an exception is reported, as one that nobody catches is, and goes no further.
 * @template {unknown[]} Arguments
 * @param {(...given: Arguments) => void} act
 * @param {Arguments} given
 */
export function guarded(act, ...given) {
  try {
    act(...given);
  } catch (error) {
    reportError(error);
  }
}
