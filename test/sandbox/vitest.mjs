import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { run } from './exec.mjs';
import { ROOT } from './project.mjs';
import { readJson } from './read-json.mjs';

/**
 * @typedef {object} Counts
 * @property {number} passed
 * @property {number} failed
 * @property {number} skipped
 * @property {string[]} failures One paragraph each: the test, and how it failed.
 */

/**
 * As far as it is needed here: a report of vitest's reporter `json`.
 *
 * @typedef {object} Report
 * @property {number} numFailedTests
 * @property {number} numPassedTests
 * @property {number} numPendingTests
 * @property {number} numTodoTests
 * @property {readonly { name: string, status: string, message: string, assertionResults: readonly Assertion[] }[]} testResults
 *
 * @typedef {{ status: string, fullName: string, failureMessages: readonly string[] }} Assertion
 */

/** A message may hold all that a command printed. */
const LINES_OF_MESSAGE = 25;

/**
 * Runs one project of vitest.config.ts.
 *
 * @param {string} project
 * @param {object} options
 * @param {readonly string[]} options.args Further arguments of vitest.
 * @param {Record<string, string>} options.env In addition to our own environment.
 * @param {string} options.folder For its report.
 * @returns {Promise<Counts & { code: number }>}
 */
export async function runVitest(project, { args, env, folder }) {
  const report = path.join(folder, `${project}.json`);
  const { code } = await run(
    process.execPath,
    [
      path.join(ROOT, 'node_modules/vitest/vitest.mjs'),
      'run',
      `--project=${project}`,
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
      ...args,
    ],
    { cwd: ROOT, env: { ...process.env, ...env }, visible: true },
  );
  return { code, ...(await readCounts(report, code)) };
}

/**
 * @param {string} file
 * @param {number} code
 * @returns {Promise<Counts>}
 */
async function readCounts(file, code) {
  const report = /** @type {Report | undefined} */ (await readJson(file));
  const failed = report?.numFailedTests ?? 0;
  return {
    passed: report?.numPassedTests ?? 0,
    // A file that cannot even be loaded has no tests to fail.
    failed: code === 0 ? failed : Math.max(failed, 1),
    skipped: (report?.numPendingTests ?? 0) + (report?.numTodoTests ?? 0),
    failures: report?.testResults.flatMap(failuresOf) ?? [],
  };
}

/** @param {Report['testResults'][number]} result */
function failuresOf({ name, status, message, assertionResults }) {
  const file = path.relative(ROOT, name);
  const failures = assertionResults
    .filter((assertion) => assertion.status === 'failed')
    .map(({ fullName, failureMessages }) => paragraph(`${file}: ${fullName}`, failureMessages));
  // Also of a file whose tests passed; of a hook the report says no more than that.
  if (failures.length === 0 && status === 'failed') {
    return [`${file}: ${message || 'a hook failed, see above'}`];
  }
  return failures;
}

/**
 * @param {string} title
 * @param {readonly string[]} messages
 */
function paragraph(title, messages) {
  const lines = stripVTControlCharacters(messages.join('\n')).split('\n').filter(Boolean);
  const shown = lines.slice(0, LINES_OF_MESSAGE).map((line) => `    ${line}`);
  const left = lines.length - shown.length;
  return [title, ...shown, ...(left > 0 ? [`    ... ${left} more lines`] : [])].join('\n');
}
