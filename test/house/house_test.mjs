// The house rules that a program can see: no files that include one another in a circle (a header and its source count as
// one), none that is too long to be one idea. That no folder includes what is above it is CMake's to prove, as long as headers are
// named by their path from the root.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const mostLines = 400;

// Of a clone, what git knows; elsewhere, what there is.
function files(...patterns) {
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', ...patterns], { cwd: root });
  return listed.toString().split('\n').filter((file) => file && existsSync(root + file));
}

const read = (file) => readFileSync(root + file, 'utf8');
const unitOf = (file) => file.replace(/\.[ch]pp$/, '');

const sources = () => files('app/*.[ch]pp', 'net/*.[ch]pp', 'chat/*.[ch]pp', 'auth/*.[ch]pp', 'bench/*.[ch]pp');
const includesOf = (text) => [...text.matchAll(/^\s*#\s*include\s*"([^"]+)"/gm)].map(([, header]) => header);

// What CMake's folders cannot see: a header that is not named by its path from the root, `../chat/clock.hpp` say.
const strange = (text, known) => includesOf(text).filter((header) => !known.has(header));

// Which units each unit includes.
function includes() {
  const graph = new Map();
  for (const file of sources()) {
    const unit = unitOf(file);
    const seen = graph.get(unit) ?? new Set();
    graph.set(unit, seen);
    for (const header of includesOf(read(file))) if (unitOf(header) !== unit) seen.add(unitOf(header));
  }
  return graph;
}

// A way from a unit back to itself, as a list of units; none where there is no such way.
function circle(graph) {
  const done = new Set();
  const walk = (unit, way) => {
    if (way.includes(unit)) return [...way.slice(way.indexOf(unit)), unit];
    if (done.has(unit)) return undefined;
    for (const next of graph.get(unit) ?? []) {
      const found = walk(next, [...way, unit]);
      if (found) return found;
    }
    done.add(unit);
    return undefined;
  };
  for (const unit of graph.keys()) {
    const found = walk(unit, []);
    if (found) return found;
  }
  return undefined;
}

test('a circle is found where there is one', () => {
  const graph = new Map([['a', new Set(['b'])], ['b', new Set(['c'])], ['c', new Set(['b'])]]);
  assert.deepEqual(circle(graph), ['b', 'c', 'b']);
  graph.set('c', new Set());
  assert.equal(circle(graph), undefined);
});

test('a header that is not named from the root is found', () => {
  const known = new Set(['chat/clock.hpp']);
  assert.deepEqual(strange('#include "chat/clock.hpp"\n#include <map>\n', known), []);
  assert.deepEqual(strange('#include "../chat/clock.hpp"\n #  include "clock.hpp"\n', known), ['../chat/clock.hpp', 'clock.hpp']);
});

test('every header of ours is named by its path from the root', () => {
  const known = new Set(files('*.hpp'));
  const found = sources().flatMap((file) => strange(read(file), known).map((header) => `${file} includes ${header}`));
  assert.deepEqual(found, []);
});

test('no files include one another in a circle', () => {
  const graph = includes();
  assert.ok(graph.size > 50, 'the files are found');
  const found = circle(graph);
  assert.equal(found, undefined, `these include one another: ${found?.join(' -> ')}`);
});

test(`no file of code has more than ${mostLines} lines`, () => {
  const long = files('*.cpp', '*.hpp', '*.js', '*.mjs', '*.css', '*.html', 'dev', 'CMakeLists.txt')
    .map((file) => [file, read(file).split('\n').length - 1])
    .filter(([, lines]) => lines > mostLines);
  assert.deepEqual(long, [], 'part them by idea');
});
