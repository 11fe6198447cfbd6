// Writes docs/commands.md, the help of every command on one page. With --check it only says
// whether the committed one is what src/ gives.
import { format, resolveConfig } from 'prettier';
import { madeByOclif, writeOrCheck } from './oclif.mjs';

const FILE = 'docs/commands.md';
const PAGE = `# Commands

What \`--help\` of each command prints; \`npm run reference\` writes this page. Flags with \`env\` can be
given as that variable too.

<!-- commands -->
`;

const args = ['--readme-path', 'commands.md', '--no-source-links', '--no-aliases'];
const page = await madeByOclif('commands.md', ['readme', ...args], PAGE);
const text = page.replaceAll(/^<!-- commands(?:stop)? -->\n/gm, '');
const style = await resolveConfig(FILE);
await writeOrCheck(FILE, await format(text, { ...style, parser: 'markdown' }), 'npm run reference');
