import { readFile } from 'node:fs/promises';

/**
 * A process of this machine such that no later one is taken for it: its ID and, where /proc says so,
 * when it started, in clock ticks since the machine did. (proc_pid_stat(5))
 */
interface ProcessIdentity {
  readonly pid: number;
  readonly started: string | undefined;
}

export async function thisProcess(): Promise<ProcessIdentity> {
  const { pid } = process;
  return { pid, started: (await statOf(pid))?.started };
}

/** Whether it still runs. One that was killed and that nobody has waited for yet does not. */
export async function isRunning({ pid, started }: ProcessIdentity): Promise<boolean> {
  const stat = await statOf(pid);
  if (!stat) return canBeSignalled(pid);
  if (stat.state === 'Z' || stat.state === 'X') return false;
  return started === undefined || stat.started === started;
}

/**
 * Whether this process is among those that its terminal gives Ctrl-C to. Where there is no /proc, a
 * terminal as standard input stands for that.
 */
export async function isInForeground(): Promise<boolean> {
  const stat = await statOf(process.pid);
  return stat ? stat.group === stat.foreground : process.stdin.isTTY;
}

interface Stat {
  readonly state: string;
  /** Its process group, and that which its terminal gives signals to; -1 without a terminal. */
  readonly group: string | undefined;
  readonly foreground: string | undefined;
  readonly started: string;
}

/** Undefined where there is no /proc, or no such process. */
async function statOf(pid: number): Promise<Stat | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  // The name before it stands in parentheses and may hold anything.
  const fields = text?.slice(text.lastIndexOf(')') + 2).split(' ');
  const [state, group, foreground, started] = [0, 2, 5, 19].map((at) => fields?.[at]);
  if (state === undefined || started === undefined) return undefined;
  return { state, group, foreground, started };
}

function canBeSignalled(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
