import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Long enough for an engine to stop containers that ignore the first signal. */
const TERM_DEADLINE = 20_000;

/** @typedef {{ pid: number, parent: number, args: string[] }} Process */

/**
 * Ends the engine of a sandbox and everything that descends from it: first the engine, which
 * stops its containers, then what is left.
 *
 * @param {string} folder
 */
export async function endProcesses(folder) {
  const engines = (await listProcesses())
    .filter(({ args }) => isPartOf(folder, args) && commandOf(args) === 'dockerd')
    .map(({ pid }) => pid);
  for (const pid of engines) signal(pid, 'SIGTERM');
  await untilGone(engines, TERM_DEADLINE);

  // Processes may start while the rest ends.
  for (let round = 0; round < 5; round += 1) {
    const left = descendants(await listProcesses(), folder);
    if (left.length === 0) return;
    for (const pid of left) signal(pid, 'SIGKILL');
    await untilGone(left, 5_000);
  }
}

/**
 * @param {string} folder
 * @param {readonly string[]} args
 */
function isPartOf(folder, args) {
  return (
    /^(dockerd|containerd|containerd-shim.*)$/.test(commandOf(args)) &&
    args.some((arg) => arg.includes(`${folder}/`))
  );
}

/** @param {readonly string[]} args */
function commandOf(args) {
  return path.basename(args[0] ?? '');
}

/**
 * @param {readonly Process[]} processes
 * @param {string} folder
 */
function descendants(processes, folder) {
  const found = new Set(
    processes.filter(({ args }) => isPartOf(folder, args)).map(({ pid }) => pid),
  );
  let before;
  do {
    before = found.size;
    for (const { pid, parent } of processes) if (found.has(parent)) found.add(pid);
  } while (found.size > before);
  found.delete(process.pid);
  return [...found];
}

/** @returns {Promise<Process[]>} */
async function listProcesses() {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const processes = await Promise.all(pids.map((pid) => readProcess(Number(pid))));
  return processes.filter((found) => found !== undefined);
}

/** @param {number} pid */
async function readProcess(pid) {
  try {
    const [command, status] = await Promise.all([
      readFile(`/proc/${pid}/cmdline`, 'utf8'),
      readFile(`/proc/${pid}/stat`, 'utf8'),
    ]);
    // pid (name, which may hold anything) state parent ...
    const [state, parent] = status.slice(status.lastIndexOf(')') + 2).split(' ');
    if (state === 'Z') return undefined;
    return { pid, parent: Number(parent), args: command.split('\0') };
  } catch {
    return undefined;
  }
}

/**
 * @param {readonly number[]} pids
 * @param {number} deadline
 */
async function untilGone(pids, deadline) {
  const end = performance.now() + deadline;
  while (performance.now() < end) {
    const left = await Promise.all(pids.map(readProcess));
    if (left.every((found) => found === undefined)) return;
    await sleep(50);
  }
}

/**
 * @param {number} pid
 * @param {NodeJS.Signals} name
 */
function signal(pid, name) {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended meanwhile.
  }
}
