// SPDX-License-Identifier: AGPL-3.0-or-later
import library from './index.js';

export const { extractFile, extractFileSync, ExtractError, version } = library;
export default library;
