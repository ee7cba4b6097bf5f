// SPDX-License-Identifier: AGPL-3.0-or-later
// What `npm pack` runs before it packs, in the folder of a package: puts there what is not in the source
// tree. A package of a platform is built by CMake, or taken from the build folder XTR_BUILD.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

function build() {
  const folder = path.join(ROOT, 'build', 'npm');
  const cmake = (...given) => execFileSync('cmake', given, { stdio: ['ignore', process.stderr, 'inherit'] }); // stdout is npm's
  cmake('-S', ROOT, '-B', folder, '-DCMAKE_BUILD_TYPE=Release', '-DXTR_WITH_BINDINGS=node', '-DCMAKE_INSTALL_RPATH=$ORIGIN', '-DCMAKE_BUILD_WITH_INSTALL_RPATH=ON');
  cmake('--build', folder, '--parallel', '--target', 'binding-node', 'engine');
  return folder;
}

function copy(file, stripped) {
  const copied = path.basename(file);
  fs.copyFileSync(file, copied);
  if (stripped) execFileSync('strip', ['--strip-unneeded', copied]);
}

copy(path.join(ROOT, 'LICENSE'));
if (process.env.npm_package_name.startsWith('@libextract/')) {
  const built = process.env.XTR_BUILD ?? build();
  for (const file of ['node/libextract.node', 'lib/libextract.so.0', 'lib/extract-worker']) copy(path.join(built, file), true);
  const recognition = path.join(built, 'lib/libextract-ocr.so'); // where Tesseract is
  if (fs.existsSync(recognition)) copy(recognition, true);
}
