// The HTTP API. A failure is a value that can be shown; nothing here throws.

/**
 * @typedef {object} Failure
 * @property {string} code
 * @property {string} message
 * @property {'username' | 'password'} [field]
 * @property {number} [retry_after_ms]
 */
/** @typedef {{user: string | null, registration: 'open' | 'closed', limits: import('./protocol.js').Limits}} Session */
/**
 * @template T
 * @typedef {{ok: true, value: T} | {ok: false, failure: Failure}} Answer
 */

const patience_ms = 20_000;

/** @param {string} code @param {string} message @returns {{ok: false, failure: Failure}} */
function failed(code, message) {
  return { ok: false, failure: { code, message } };
}

/**
 * @param {string} method
 * @param {string} path
 * @param {object} [body]
 * @returns {Promise<Answer<any>>}
 */
async function call(method, path, body) {
  try {
    const response = await fetch(path, {
      method,
      headers: body && { 'Content-Type': 'application/json' },
      body: body && JSON.stringify(body),
      credentials: 'same-origin',
      cache: 'no-store',
      signal: AbortSignal.timeout(patience_ms),
    });
    if (response.status === 204) return { ok: true, value: null };
    const answer = await response.json();
    if (response.ok) return { ok: true, value: answer };
    if (typeof answer?.error?.message === 'string') return { ok: false, failure: answer.error };
    return failed('unavailable', `The server answered ${response.status} and did not say why.`);
  } catch (error) {
    if (error instanceof SyntaxError) return failed('unavailable', 'The server’s answer made no sense.');
    if (error instanceof DOMException && error.name === 'TimeoutError')
      return failed('unreachable', 'The server took too long to answer. Please try again.');
    return failed('unreachable', 'The server cannot be reached. Please try again in a moment.');
  }
}

/** @returns {Promise<Answer<Session>>} */
export function session() {
  return call('GET', '/api/session');
}

/**
 * The same password typed on another system may arrive composed differently, so it is sent in one normal form.
 * @param {'login' | 'register'} act
 * @param {string} username
 * @param {string} password
 * @returns {Promise<Answer<{user: string}>>}
 */
export function enter(act, username, password) {
  return call('POST', `/api/${act}`, { username, password: password.normalize('NFC') });
}

/** @returns {Promise<Answer<null>>} */
export function logout() {
  return call('POST', '/api/logout');
}
