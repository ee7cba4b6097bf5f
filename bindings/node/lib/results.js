// SPDX-License-Identifier: AGPL-3.0-or-later
// Results: what result.def says. A field that takes long to make is made when it is first asked for.
'use strict';
const { setImmediate } = require('node:timers');
const { inspect } = require('node:util');
const { native } = require('./loop.js');
const { camel, errorOf, typeError } = require('./errors.js');

const FIELDS = native.tables().fields.filter(({ object }) => object === 'result');
const NAMES = FIELDS.map(({ name }) => camel(name));
const PLACES = new Map(NAMES.map((name, place) => [name, place]));
const TABLES = FIELDS.findIndex(({ type }) => type === 'table[]');
const MARKDOWN = 1; // xtr_format
const HTML = 3;
const SHOWN = 200; // characters
const MOST_PER_TURN = 16 << 20; // bytes
const SELF = Symbol('self');

class Table {
  constructor(fields) {
    Object.assign(this, fields);
  }

  toRows() {
    const rows = Array.from({ length: this.rows }, () => Array(this.columns).fill(''));
    for (const { row, column, text } of this.cells) rows[row][column] = text;
    return rows;
  }
}

// A result looks like an object with all fields, and makes each when it is first looked at: to make
// them all at once took longer than to settle the promise. A proxy is what spread, Object.keys and
// JSON.stringify see through; accessors of its own cost each result 4 us (ADR 6).
class Result {
  #results; // undefined once it is detached: then
  #whole; // all of it as a plain object,
  #markdown; // as Markdown
  #html; // and as HTML
  #place;

  constructor(results, place) {
    if (results === undefined) throw typeError('results are not made by programs', 'ERR_ILLEGAL_CONSTRUCTOR');
    this.#results = results;
    this.#place = place;
    return new Proxy(this, Result.#handler);
  }

  #make(name) {
    const field = PLACES.get(name);
    if (field === undefined || Object.hasOwn(this, name)) return;
    const value = this.#results ? native.field(this.#results, this.#place, field) : structuredClone(this.#whole[name]);
    this[name] = field === TABLES ? value.map((fields) => new Table(fields)) : value;
  }

  // Makes all there is and frees what it was made from.
  static detach(result) {
    const self = result[SELF];
    self.#whole = result.toObject();
    self.#markdown = result.toMarkdown();
    self.#html = result.toHTML();
    native.drop(self.#results);
    self.#results = undefined;
  }

  static #handler = {
    get(self, name) {
      if (name === SELF) return self;
      if (self[name] === undefined) self.#make(name);
      return self[name];
    },
    has(self, name) {
      return PLACES.has(name) || Reflect.has(self, name);
    },
    getOwnPropertyDescriptor(self, name) {
      self.#make(name);
      return Reflect.getOwnPropertyDescriptor(self, name);
    },
    ownKeys(self) {
      return [...NAMES, ...Reflect.ownKeys(self).filter((name) => !PLACES.has(name))];
    },
    defineProperty(self, name, descriptor) {
      self.#make(name);
      return Reflect.defineProperty(self, name, descriptor);
    },
    deleteProperty(self, name) {
      return !PLACES.has(name) && Reflect.deleteProperty(self, name);
    },
    preventExtensions(self) {
      for (const name of NAMES) self.#make(name);
      return Reflect.preventExtensions(self);
    },
  };

  toObject() {
    const self = this[SELF];
    return self.#results ? native.whole(self.#results, self.#place) : structuredClone(self.#whole);
  }

  toJSON() {
    return encoded(this.toObject());
  }

  toMarkdown() {
    const self = this[SELF];
    return self.#markdown ?? native.render(self.#results, self.#place, MARKDOWN);
  }

  toHTML() {
    const self = this[SELF];
    return self.#html ?? native.render(self.#results, self.#place, HTML);
  }

  [inspect.custom](depth, options) {
    const shown = {};
    for (const name of NAMES) {
      const value = this[name];
      if (Array.isArray(value)) {
        if (value.length) shown[name] = { [inspect.custom]: () => `[${value.length}]` };
      } else shown[name] = typeof value === 'string' && value.length > SHOWN ? value.slice(0, SHOWN) + '…' : value;
    }
    return `Result ${depth < 0 ? '{…}' : inspect(shown, options)}`;
  }
}

// The same object with bytes as base64: of a result, and of the documents inside of it.
function encoded(object) {
  if (object.content instanceof Uint8Array) object.content = Buffer.from(object.content).toString('base64');
  for (const image of object.images ?? []) if (image.data) image.data = Buffer.from(image.data).toString('base64');
  object.children?.forEach(encoded);
  return object;
}

// The only result of `results`, or its error thrown. `path` of the document, if any.
function resultOf(results, path) {
  const error = native.failure(results, 0);
  if (error) throw errorOf(error, path);
  return new Result(results, 0);
}

let sinceTurn = 0; // bytes of results that were waited for in this turn of the event loop

// The same for a call that waits. Node.js frees what results are made from between two turns of the event
// loop: when too much has gathered in this one they are made at once.
function resultOfSync(results, path) {
  const result = resultOf(results, path);
  if (!sinceTurn) setImmediate(() => (sinceTurn = 0)).unref();
  sinceTurn += native.size(results);
  if (sinceTurn > MOST_PER_TURN) Result.detach(result);
  return result;
}

module.exports = { Result, Table, resultOf, resultOfSync };
