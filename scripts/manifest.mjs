// Writes oclif.manifest.json, from which oclif knows the commands without loading them. With
// --check it only says whether the committed one is what src/ gives.
import { madeByOclif, writeOrCheck } from './oclif.mjs';

const FILE = 'oclif.manifest.json';

const manifest = JSON.parse(await madeByOclif(FILE, ['manifest', '.']));
const commands = Object.entries(manifest.commands).sort(([a], [b]) => (a < b ? -1 : 1));
const sorted = { ...manifest, commands: Object.fromEntries(commands) };
await writeOrCheck(FILE, `${JSON.stringify(sorted, null, 2)}\n`, 'npm run manifest');
