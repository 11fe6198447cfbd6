import { parseDuration } from '../standin/duration.ts';
import { showSession, type Answer } from './answer.ts';
import type { Request } from './kv-routes.ts';
import type { SessionDraft, State } from './state.ts';

/** `PUT /v1/session/create`: everything in the body may be left out, and the body too. */
export function createSession(state: State, { body }: Request): Answer {
  let given: Record<string, unknown>;
  let lockDelay: number;
  try {
    const parsed = body.length === 0 ? {} : (JSON.parse(body.toString()) as object);
    // Go's decoder matches the names of fields whatever their case.
    given = Object.fromEntries(Object.entries(parsed).map(([k, v]) => [k.toLowerCase(), v]));
    lockDelay = lockDelayOf(given['lockdelay']);
  } catch (error) {
    return { status: 400, text: `Request decode failed: ${(error as Error).message}` };
  }
  const text = (name: string, otherwise: string) =>
    (given[name] as string | undefined) ?? otherwise;
  const draft: SessionDraft = {
    name: text('name', ''),
    node: text('node', state.limits.node),
    behavior: text('behavior', '') || 'release',
    ttl: text('ttl', ''),
    checks: (given['checks'] as string[] | undefined) ?? ['serfHealth'],
    lockDelay,
  };
  return { json: { ID: state.createSession(draft).id } };
}

export function renewSession(state: State, id: string): Answer {
  if (id === '') return { status: 400, text: 'Missing session' };
  const session = state.renewSession(id);
  if (!session) return { status: 404, text: `Session id '${id}' not found` };
  return { json: [showSession(session)] };
}

export function destroySession(state: State, id: string): Answer {
  if (id === '') return { status: 400, text: 'Missing session' };
  state.destroySession(id);
  return { json: true };
}

/** `info/ID`, `node/NAME` and `list`. */
export function readSessions(state: State, what: string, which: string): Answer {
  const chosen = [...state.sessions.values()].filter(
    ({ id, node }) => what === 'list' || (what === 'info' ? id : node) === which,
  );
  return { json: chosen.map(showSession), index: state.index };
}

/** Milliseconds: a text is a duration, a number nanoseconds; a small number was meant as seconds. */
function lockDelayOf(given: unknown): number {
  if (given === undefined) return 15_000;
  const nanoseconds = typeof given === 'string' ? parseDuration(given) * 1e6 : Number(given);
  return (nanoseconds < 1000 ? nanoseconds * 1e9 : nanoseconds) / 1e6;
}
