// SPDX-License-Identifier: AGPL-3.0-or-later
// Finds the native half: what LIBEXTRACT_ADDON names, the package of this platform, a local build.
'use strict';
const fs = require('node:fs');
const path = require('node:path');

const PLATFORMS = ['linux-x64-gnu'];
const LOCAL = path.join(__dirname, '..', 'libextract.node');

function platform() {
  const { platform, arch } = process;
  if (platform !== 'linux') return `${platform}-${arch}`;
  const glibc = process.report?.getReport().header.glibcVersionRuntime;
  return `linux-${arch}-${glibc ? 'gnu' : 'musl'}`;
}

// What to do about a library that the dynamic linker does not find.
function hint(message) {
  const [, library] = /(\S+\.so\S*): cannot open shared object file/.exec(message) ?? [];
  const packages = {
    libuv: 'libuv1', libmagic: 'libmagic1', libuchardet: 'libuchardet0', libfribidi: 'libfribidi0',
    libyajl: 'libyajl2', libxml2: 'libxml2', libseccomp: 'libseccomp2', libmd4c: 'libmd4c0',
    'libyaml-0': 'libyaml-0-2', libnettle: 'libnettle8', libgumbo: 'libgumbo1',
    libarchive: 'libarchive13',
  };
  const found = library && packages[library.split('.')[0]];
  return found ? `\n  Install the package ${found} (Debian, Ubuntu: apt-get install ${found}).` : '';
}

function fail(message) {
  return Object.assign(new Error(`libextract: ${message}`), { code: 'ERR_XTR_ADDON' });
}

function load() {
  // It ends the process when a function of libuv is called that it does not have.
  if (process.versions.bun) throw fail('Bun lacks functions of libuv that libextract needs: use Node.js.');
  const given = process.env.LIBEXTRACT_ADDON;
  if (given) return require(path.resolve(given));
  const name = `@libextract/${platform()}`;
  const reasons = [];
  for (const candidate of [name, LOCAL]) {
    try {
      return require(candidate);
    } catch (error) {
      const missing = error.code === 'MODULE_NOT_FOUND' && !(candidate === LOCAL && fs.existsSync(LOCAL));
      reasons.push(`${candidate}: ${missing ? 'not installed' : error.message + hint(error.message)}`);
    }
  }
  const fix = PLATFORMS.some((known) => name.endsWith(known))
    ? `Install it with \`npm install ${name}\` (npm leaves it out with --omit=optional and with a\n` +
      '  lock file written on another platform), or build libextract and set LIBEXTRACT_ADDON to the\n' +
      '  path of its libextract.node.'
    : `There is no binary for this platform (only for ${PLATFORMS.join(', ')}): build libextract from\n` +
      '  source and set LIBEXTRACT_ADDON to the path of its libextract.node.';
  throw fail(`the native half was not found.\n  ${fix}\n  ${reasons.join('\n  ')}`);
}

module.exports = load();
