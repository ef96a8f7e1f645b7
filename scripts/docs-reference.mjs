/** `npm run docs:reference`: docs/reference/ in Markdown from the sources; an exported symbol without a docstring fails. */
import { join } from 'node:path';
import { doorFile, PACKAGES } from './lib/packages.mjs';
import { NODE, ROOT, run } from './lib/shell.mjs';

const entries = PACKAGES.flatMap(({ folder, doors }) => doors.filter((door) => door !== './internal').map((door) => join(folder, 'src', `${doorFile(door)}.ts`)));
const { code } = await run(NODE, [join(ROOT, 'node_modules/typedoc/bin/typedoc'), ...entries.flatMap((entry) => ['--entryPoints', entry]), '--options', 'typedoc.json']);
process.exit(code);
