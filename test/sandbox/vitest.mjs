import path from 'node:path';
import { run } from './exec.mjs';
import { ROOT } from './project.mjs';
import { readJson } from './read-json.mjs';

/** @typedef {{ passed: number, failed: number, skipped: number }} Counts */

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
 * @param {string} report
 * @param {number} code
 * @returns {Promise<Counts>}
 */
async function readCounts(report, code) {
  const counts = /** @type {Record<string, number> | undefined} */ (await readJson(report));
  const failed = counts?.numFailedTests ?? 0;
  return {
    passed: counts?.numPassedTests ?? 0,
    // A file that cannot even be loaded has no tests to fail.
    failed: code === 0 ? failed : Math.max(failed, 1),
    skipped: (counts?.numPendingTests ?? 0) + (counts?.numTodoTests ?? 0),
  };
}
