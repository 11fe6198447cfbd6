// Writes the pages of docs/ that are made from the program itself: one function a page. With --check
// it only says which committed page is not what src/ gives.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { format, resolveConfig } from 'prettier';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

/** @type {Record<string, () => Promise<string>>} */
const PAGES = { 'docs/errors.md': errorsPage, 'docs/versions.md': versionsPage };

const stale = [];
for (const [page, make] of Object.entries(PAGES)) {
  const file = path.join(root, page);
  const style = await resolveConfig(file);
  const text = await format(await make(), { ...style, parser: 'markdown' });
  if (!process.argv.includes('--check')) await writeFile(file, text);
  else if (text !== (await readFile(file, 'utf8').catch(() => ''))) stale.push(page);
}
if (stale.length > 0) {
  console.error(`not what src/ gives: ${stale.join(', ')}; run \`npm run docs\``);
  process.exitCode = 1;
}

/** Of which versions the clusters of the end-to-end tests were. */
async function versionsPage() {
  /** @type {import('../test/sandbox/met.mjs').Met[]} */
  const rows = JSON.parse(await readFile(path.join(root, 'docs/versions.json'), 'utf8'));
  return [
    '# Versions',
    'Every combination that was healthy in the end-to-end tests, as `swarmctl status` told it. This page is made by `npm run docs` from `docs/versions.json`, and that by `SWARMCTL_TEST_KEEP_MET=1 npm test -- e2e`, first with an archive of the real swarm, then without. Each run of the tests prints its own list.',
    [
      '| Docker Engine of the hosts | discovery | docker CLI | swarm |',
      '| --- | --- | --- | --- |',
      ...rows.map((row) => `| ${[row.engine, row.discovery, row.client, row.swarm].join(' | ')} |`),
    ].join('\n'),
    'All hosts have cgroup v1. `swarm/1.2.9` is a build of the tag v1.2.9, `swarm/1.2.9-stand-in` the test program that stands in for it; `consul` is a test server too. Not met: Docker Engine 23 to 27 and from 29 on, docker CLI from 29 on, the published images.',
  ].join('\n\n');
}

/** What `swarmctl explain` knows, all of it. */
async function errorsPage() {
  /** @type {{ topics: readonly import('../src/guidance/topics.ts').Topic[] }} */
  const { topics } = await load('src/guidance/topics.ts');
  /** @param {'error' | 'check' | 'state'} kind */
  const sections = (kind) =>
    topics
      .filter((topic) => topic.kind === kind)
      .map(({ name, exitCode, ignorable, summary, cause, cure }) =>
        [
          `### ${name}`,
          `${sentence(summary)}${exitCode === null ? '' : ` Exit code ${exitCode}.`}${ignorable === false ? ' Cannot be ignored.' : ''}`,
          escape(cause),
          cure.map((line) => `- ${remedy(line)}`).join('\n'),
        ].join('\n\n'),
      )
      .join('\n\n');
  return [
    '# Errors, checks and states',
    'What `swarmctl explain TOPIC` says, word by word. This page is made by `npm run docs`.',
    '## Errors',
    'Every error has a code, which a person sees below the message and `--json` has as `error.code`.',
    sections('error'),
    '## Checks of preflight',
    'Asked before the first change. `--ignore-preflight NAME` makes a warning of what one finds.',
    sections('check'),
    '## States',
    'What `swarmctl status` and `swarmctl ls` say of nodes, masters and clusters.',
    sections('state'),
  ].join('\n\n');
}

/**
 * A command is code, and what stands three blanks behind it says what for.
 *
 * @param {string} line
 */
function remedy(line) {
  const [what = '', why] = line.split('   ');
  if (why !== undefined) return `\`${what}\`: ${escape(why)}`;
  return escape(what);
}

/** @param {string} text */
function sentence(text) {
  return escape(`${text.charAt(0).toUpperCase()}${text.slice(1)}.`);
}

/** @param {string} text */
function escape(text) {
  return text.replaceAll(/[<>*]/g, '\\$&');
}

/**
 * A module of src/, bundled so that every Node can load it.
 *
 * @param {string} file
 */
async function load(file) {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'swarmctl-docs-'));
  try {
    const outfile = path.join(folder, 'module.mjs');
    const entryPoints = [path.join(root, file)];
    await build({ entryPoints, outfile, bundle: true, format: 'esm', platform: 'node' });
    return await import(pathToFileURL(outfile).href);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
