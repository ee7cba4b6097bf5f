// SPDX-License-Identifier: AGPL-3.0-or-later
// Results: what result.def says. A field that takes long to make is made when it is first asked for.
'use strict';
const { inspect } = require('node:util');
const { native } = require('./loop.js');
const { camel, errorOf } = require('./errors.js');

const FIELDS = native.tables().fields.filter(({ object }) => object === 'result');
const NAMES = FIELDS.map(({ name }) => camel(name));
const PLACES = new Map(NAMES.map((name, place) => [name, place]));
const TABLES = FIELDS.findIndex(({ type }) => type === 'table[]');
const MARKDOWN = 1; // xtr_format
const SHOWN = 200; // characters
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
  #results;
  #place;

  constructor(results, place) {
    this.#results = results;
    this.#place = place;
    return new Proxy(this, Result.#handler);
  }

  #make(name) {
    const field = PLACES.get(name);
    if (field === undefined || Object.hasOwn(this, name)) return;
    const value = native.field(this.#results, this.#place, field);
    this[name] = field === TABLES ? value.map((fields) => new Table(fields)) : value;
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
    set(self, name, value) {
      self[name] = value;
      return true;
    },
    deleteProperty() {
      return false;
    },
    preventExtensions(self) {
      for (const name of NAMES) self.#make(name);
      return Reflect.preventExtensions(self);
    },
  };

  toObject() {
    const self = this[SELF];
    return native.whole(self.#results, self.#place);
  }

  toJSON() {
    return this.toObject();
  }

  toMarkdown() {
    const self = this[SELF];
    return native.render(self.#results, self.#place, MARKDOWN);
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

// The only result of `results`, or its error thrown. `path` of the document, if any.
function resultOf(results, path) {
  const error = native.failure(results, 0);
  if (error) throw errorOf(error, path);
  return new Result(results, 0);
}

module.exports = { Result, Table, resultOf };
