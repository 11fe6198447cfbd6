import { afterEach, describe, expect, it, vi } from 'vitest';
import { SwarmctlError } from '../../../src/errors.ts';
import { Hopeless } from '../../../src/util/failure-class.ts';
import { NotYet, poll } from '../../../src/util/poll.ts';
import { calm } from '../support/cluster.ts';

const wait = { what: 'the engine of demo-1', host: 'demo-1', deadline: 10_000, signal: calm };

async function failureOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => 'no failure',
    (error: unknown) => error,
  );
}

describe('poll', () => {
  it('returns what the probe returns, asking again after any failure', async () => {
    let asked = 0;
    const answer = await poll(wait, () => {
      asked += 1;
      if (asked === 1) return Promise.reject(new NotYet('starting'));
      if (asked === 2) return Promise.reject(new Error('connection refused'));
      return Promise.resolve('ready');
    });
    expect({ answer, asked }).toEqual({ answer: 'ready', asked: 3 });
  });

  it('gives up at the deadline with what was waited for, where, how long and the last reason', async () => {
    let asked = 0;
    const started = Date.now();
    const error = await failureOf(
      poll({ ...wait, deadline: 200, suggestions: ['look at its log'] }, () => {
        asked += 1;
        return Promise.reject(new NotYet(`try ${String(asked)}`));
      }),
    );
    expect(Date.now() - started).toBeGreaterThanOrEqual(195);
    expect(Date.now() - started).toBeLessThan(2000);
    expect(asked).toBeGreaterThan(1);
    expect(error).toBeInstanceOf(SwarmctlError);
    expect(error).toMatchObject({
      code: 'TIMEOUT',
      message: `gave up waiting for the engine of demo-1 after 0.2 s: try ${String(asked)}`,
      host: 'demo-1',
      suggestions: ['look at its log'],
    });
  });

  it('gives up with the code it was given', async () => {
    const late = { ...wait, deadline: 1, code: 'NOT_HEALTHY' as const };
    const error = await failureOf(poll(late, () => Promise.reject(new NotYet('Pending'))));
    expect(error).toMatchObject({ code: 'NOT_HEALTHY', exitCode: 4 });
  });

  it('gives up on a probe that never answers', async () => {
    const error = await failureOf(poll({ ...wait, deadline: 100 }, () => new Promise(() => {})));
    expect(error).toMatchObject({ code: 'TIMEOUT' });
  });

  it('keeps the reason of an earlier probe when the last one is cut off by the deadline', async () => {
    let asked = 0;
    const error = await failureOf(
      poll({ ...wait, deadline: 150 }, () => {
        asked += 1;
        return asked === 1 ? Promise.reject(new NotYet('node is Pending')) : new Promise(() => {});
      }),
    );
    expect((error as Error).message).toContain('node is Pending');
  });

  it('aborts the probe at the deadline', async () => {
    let aborted = false;
    await failureOf(
      poll({ ...wait, deadline: 50 }, (signal) => {
        signal.addEventListener('abort', () => (aborted = true));
        return new Promise(() => {});
      }),
    );
    expect(aborted).toBe(true);
  });

  it.each([new Hopeless('exit code 1'), new SwarmctlError('STATE', 'no certificate')])(
    'does not ask again after %s',
    async (failure) => {
      let asked = 0;
      const error = await failureOf(
        poll(wait, () => {
          asked += 1;
          return Promise.reject(failure);
        }),
      );
      expect(error).toBe(failure);
      expect(asked).toBe(1);
    },
  );

  it('ends when it is told why waiting cannot help, and does not ask that all the time', async () => {
    let asked = 0;
    let doubted = 0;
    const whyHopeless = () => {
      doubted += 1;
      return Promise.resolve(doubted < 2 ? undefined : 'etcd ended with exit code 1');
    };
    const error = await failureOf(
      poll({ ...wait, whyHopeless }, () => {
        asked += 1;
        return Promise.reject(new NotYet('refused'));
      }),
    );
    expect(error).toBeInstanceOf(Hopeless);
    expect((error as Error).message).toBe('etcd ended with exit code 1');
    expect(asked).toBeGreaterThan(doubted);
  });

  it('goes on when it cannot be told whether waiting helps', async () => {
    let doubted = 0;
    const whyHopeless = () => {
      doubted += 1;
      return Promise.reject(new Error('no answer'));
    };
    const ready = poll({ ...wait, whyHopeless }, () =>
      doubted > 1 ? Promise.resolve('ready') : Promise.reject(new NotYet('refused')),
    );
    expect(await ready).toBe('ready');
  });

  it.each(['while it asks', 'while it pauses'])(
    'ends with the reason of an abort %s',
    async (when) => {
      const controller = new AbortController();
      const reason = new SwarmctlError('INTERRUPTED', 'interrupted by SIGINT');
      setTimeout(() => controller.abort(reason), 20);
      const started = Date.now();
      const error = await failureOf(
        poll({ ...wait, signal: controller.signal }, () =>
          when === 'while it asks' ? new Promise(() => {}) : Promise.reject(new NotYet('x')),
        ),
      );
      expect(error).toBe(reason);
      expect(Date.now() - started).toBeLessThan(2000);
    },
  );

  it.each([
    ['a certificate', { code: 'CERT_HAS_EXPIRED' }],
    ['who asks', { status: 401 }],
    ['who asks', { status: 403 }],
  ])('does not ask again where %s is not taken', async (_, why) => {
    let asked = 0;
    const refusal = Object.assign(new Error('no'), why);
    const error = await failureOf(
      poll(wait, () => {
        asked += 1;
        return Promise.reject(new Error('store', { cause: refusal }));
      }),
    );
    expect((error as Error).cause).toBe(refusal);
    expect(asked).toBe(1);
  });

  it('asks again after a failure that is known to pass', async () => {
    let asked = 0;
    const lost = new SwarmctlError('SSH_UNREACHABLE', 'lost', { transient: true });
    const answer = await poll(wait, () =>
      asked++ === 0 ? Promise.reject(lost) : Promise.resolve('ready'),
    );
    expect(answer).toBe('ready');
  });
});

describe('a long wait', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it('tells each second how long it is and the last error, also while a probe hangs', async () => {
    vi.useFakeTimers();
    const told: string[] = [];
    let asked = 0;
    const polling = { ...wait, deadline: 6000, onWaiting: (text: string) => told.push(text) };
    const waiting = failureOf(
      poll(polling, () =>
        asked++ === 0 ? Promise.reject(new NotYet('starting')) : new Promise(() => {}),
      ),
    );
    await vi.advanceTimersByTimeAsync(6000);
    const what = 'still waiting for the engine of demo-1';
    expect(told.slice(0, 3)).toEqual([
      `${what} (3.0 s): last error: starting`,
      `${what} (4.0 s): last error: starting`,
      `${what} (5.0 s): last error: starting`,
    ]);
    expect(await waiting).toMatchObject({
      message: 'gave up waiting for the engine of demo-1 after 6.0 s: starting',
    });
    expect(vi.getTimerCount()).toBe(0);
  });
});
