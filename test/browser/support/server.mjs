// The real server, with a configuration and a data folder of its own, for as long as a test needs it.

import { spawn, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { openSync, closeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const source = fileURLToPath(new URL('../../..', import.meta.url));
const binary = resolve(source, process.env.PARLEY_BINARY ?? 'build/release/bin/parley');
export const password = 'correct horse battery';
// A build with sanitizers on a busy machine starts slowly.
const ready_within_ms = 60_000;
const gone_within_ms = 20_000;

// Cheap password hashing, and no throttle where it is not what is tested.
const defaults = {
  auth: { hash: 'pbkdf2', pbkdf2_rounds: 1000, attempts: '1000 in 1m', registrations: '1000 in 1m' },
  limits: { frame_rate: 'off' },
  idle: { warn_after: '0', kick_after: '0' },
  log: { level: 'debug' },
};

/** @param {Record<string, Record<string, unknown>>} sections */
function as_yaml(sections) {
  return Object.entries(sections).map(([name, keys]) =>
    `${name}:\n${Object.entries(keys).map(([key, value]) => `  ${key}: ${value}\n`).join('')}`).join('');
}

export class Server {
  /** @type {import('node:child_process').ChildProcess | null} */
  #process = null;
  #port = 0;
  #folder = '';

  /** @param {Record<string, Record<string, unknown>>} [config] sections of keys, on top of the defaults */
  static async start(config = {}) {
    const server = new Server();
    server.#folder = await mkdtemp(join(tmpdir(), 'parley-browser-'));
    await server.configure(config);
    for (const name of server.operators) server.#add_user(name);
    await server.run();
    return server;
  }

  /** Nobody registers these names on the page: `parley user add` has. @type {string[]} */
  operators = [];

  /** @param {string} name */
  #add_user(name) {
    const made = spawnSync(binary, [
      'user', 'add', name, '--config', join(this.#folder, 'config.yaml'), '--data', join(this.#folder, 'data'),
    ], { input: `${password}\n`, encoding: 'utf8' });
    if (made.status !== 0) throw new Error(`no operator ${name}: ${made.stderr}`);
  }

  get url() {
    return `https://localhost:${this.#port}`;
  }

  /** What the next run goes by. */
  async configure(config = {}) {
    const names = new Set([...Object.keys(defaults), ...Object.keys(config)]);
    this.operators = String(config.auth?.operators ?? '').match(/[\w.-]+/g) ?? [];
    const sections = Object.fromEntries([...names].map((name) => [name, { ...defaults[name], ...config[name] }]));
    await writeFile(join(this.#folder, 'config.yaml'), as_yaml(sections));
  }

  /** Starts it; after a stop on the port it had before. */
  async run() {
    const log = openSync(join(this.#folder, 'log'), 'a');
    this.#process = spawn(binary, [
      'serve', '--config', join(this.#folder, 'config.yaml'), '--port', String(this.#port),
      '--data', join(this.#folder, 'data'), '--www', join(source, 'www'),
    ], { stdio: ['ignore', 'pipe', log] });
    closeSync(log);
    const line = await this.#first_line();
    const port = /^listening on https:\/\/.*:(\d+)\s*$/.exec(line)?.[1];
    if (!port) throw new Error(`the server did not start: ${JSON.stringify(line)}\n${await this.log()}`);
    this.#port = Number(port);
  }

  #first_line() {
    return new Promise((done, failed) => {
      let text = '';
      const late = setTimeout(() => done(text), ready_within_ms);
      const end = () => {
        clearTimeout(late);
        done(text);
      };
      this.#process.stdout.on('data', (chunk) => {
        text += chunk;
        if (text.includes('\n')) end();
      });
      this.#process.once('error', failed);
      this.#process.once('exit', end);
    });
  }

  /** @param {NodeJS.Signals} [signal] @returns {Promise<number | null>} the exit status */
  async stop(signal = 'SIGTERM') {
    const running = this.#process;
    this.#process = null;
    if (!running || running.exitCode !== null || running.signalCode !== null) return running?.exitCode ?? null;
    const exit = new Promise((done) => running.once('exit', done));
    running.kill(signal);
    const impatient = setTimeout(() => running.kill('SIGKILL'), gone_within_ms);
    const status = await exit;
    clearTimeout(impatient);
    return status;
  }

  async log() {
    return readFile(join(this.#folder, 'log'), 'utf8').catch(() => '');
  }

  /** Stops it and removes what it left. */
  async remove() {
    const status = await this.stop();
    await rm(this.#folder, { recursive: true, force: true });
    return status;
  }
}
