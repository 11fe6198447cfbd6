import { mkdir, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import type { ClusterRecord } from '../cluster/record.ts';
import { isInterruption, reasonOf } from '../errors.ts';
import { writeBundleIn } from '../evidence/bundle.ts';
import { abortable, firstOf, limited } from '../util/abort.ts';
import type { ActionContext } from './context.ts';
import { gatherEvidence } from './gather-evidence.ts';

/** Milliseconds: a person waits for the reason meanwhile. */
const DEADLINE = 10_000;
/** Of these some are for packing. */
const GATHERING = 8000;

/** Bundles that are kept. */
const KEPT = 5;

interface Subject {
  readonly name: string;
  readonly record: ClusterRecord | undefined;
}

/**
 * Does work that changes a cluster. When it fails, a bundle is written of the cluster as it is then,
 * and the failure goes on as it came.
 */
export async function keepingEvidence<T>(
  subject: Subject,
  context: ActionContext,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (context.onEvidence && ![error, context.signal.reason].some(isInterruption)) {
      context.onEvidence(await keep(subject, error, context));
    }
    throw error;
  }
}

async function keep(
  subject: Subject,
  failure: unknown,
  context: ActionContext,
): Promise<{ readonly file: string } | { readonly problem: string }> {
  const over = new AbortController();
  // When the time of the work is over, that of the evidence is not.
  const outer = context.signal.aborted ? over.signal : firstOf(context.signal, over.signal);
  const until = Date.now() + GATHERING;
  try {
    const whole = limited(outer, DEADLINE);
    const asking: ActionContext = {
      ...context,
      signal: limited(outer, GATHERING),
      remaining: () => Math.max(1, until - Date.now()),
      interactive: false,
      note: () => undefined,
      warn: () => undefined,
    };
    return { file: await abortable(write(subject, failure, asking), whole) };
  } catch (error) {
    return { problem: reasonOf(error) };
  } finally {
    over.abort();
  }
}

async function write(subject: Subject, failure: unknown, context: ActionContext): Promise<string> {
  const folder = path.join(context.home.path, 'support');
  const gathered = await gatherEvidence(subject, context);
  gathered.add('failure.txt', sayFailure(failure));
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const { file } = await writeBundleIn(folder, subject.name, gathered);
  // Too many are no failure.
  await removeOld(folder).catch(() => undefined);
  return file;
}

function sayFailure(failure: unknown): string {
  const told: string[] = [];
  for (let cause = failure; cause instanceof Error; cause = cause.cause) {
    told.push(cause.stack ?? cause.message);
    if (cause instanceof AggregateError) told.push(...cause.errors.map(sayFailure));
  }
  return told.join('\n\n');
}

async function removeOld(folder: string): Promise<void> {
  const stamp = (file: string) => /\d{8}T\d{6}Z/.exec(file)?.[0] ?? '';
  const files = (await readdir(folder)).sort((a, b) => stamp(b).localeCompare(stamp(a)));
  await Promise.all(files.slice(KEPT).map((file) => rm(path.join(folder, file), { force: true })));
}
