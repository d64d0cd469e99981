// What a close code of the server asks of the page: see docs/protocol.md.

/** @typedef {'lost' | 'restarting' | 'busy' | 'too_many' | 'too_slow'} LostCause */

/**
 * Why the log-in view is shown instead of the chat.
 * @typedef {'idle' | 'left' | 'elsewhere' | 'revoked' | 'expired' | 'removed' | 'flood' | 'other'} Ending
 */

/**
 * Whether the page comes back by itself after this close code: the number says it.
 * @param {number} code
 */
export function comes_back(code) {
  return code < 4500 || code > 4999;
}

/** @param {number} code @returns {LostCause} */
export function lost_cause(code) {
  switch (code) {
    case 1012: return 'restarting';
    case 1013: return 'busy';
    case 4001: return 'too_slow';
    case 4002: return 'too_many';
    default: return 'lost';
  }
}

/** @param {number} code @returns {Ending} */
export function ending(code) {
  switch (code) {
    case 4501: return 'expired';
    case 4502: return 'idle';
    case 4503: return 'elsewhere';
    case 4504: return 'revoked';
    case 4505: return 'removed';
    case 4506: return 'flood';
    default: return 'other';
  }
}
