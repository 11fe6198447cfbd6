import { SwarmctlError, reasonOf } from '../errors.ts';
import type { Progress, ProgressEvent } from '../plan/progress.ts';
import { stepsOf, type Step } from '../plan/step.ts';
import { redact } from '../util/redact.ts';
import { isWaiting } from '../util/still-waiting.ts';
import { seldomOfStep } from './plain-progress.ts';

/** Raised when a reader of the lines so far would misread them (schemas/events.json). */
const SCHEMA = 1;

/** What happens, for programs: one JSON object a line, without secrets. */
export class EventLines implements Progress {
  readonly #write: (line: string) => void;
  readonly #isDue = seldomOfStep();

  constructor(write: (line: string) => void) {
    this.#write = write;
  }

  line(type: string, details: object): void {
    const event = { schema: SCHEMA, time: new Date().toISOString(), type, ...details };
    this.#write(`${JSON.stringify(event, withoutSecrets)}\n`);
  }

  tell(event: ProgressEvent): void {
    switch (event.type) {
      case 'begin':
        this.line('plan-begun', { does: event.does, steps: stepsOf(event.plan).length });
        break;
      case 'stage begins':
        this.line('stage-begun', { stage: event.stage.title });
        break;
      case 'step begins':
        this.line('step-begun', { ...named(event.step), title: event.step.title });
        break;
      case 'step says': {
        const { step, sentence } = event;
        if (!this.#isDue(step, sentence)) return;
        this.line(isWaiting(sentence) ? 'waiting' : 'note', { ...named(step), message: sentence });
        break;
      }
      case 'step done':
        this.line('step-done', {
          ...named(event.step),
          changed: event.changed,
          ms: event.milliseconds,
        });
        break;
      case 'step failed': {
        const { step, error, milliseconds: ms } = event;
        const code = error instanceof SwarmctlError ? error.code : 'UNEXPECTED';
        this.line('step-failed', { ...named(step), code, message: reasonOf(error), ms });
        break;
      }
      case 'lane blocked':
        this.line('step-blocked', named(event.step));
        break;
      case 'stage ends':
        this.line(event.well ? 'stage-done' : 'stage-failed', {
          stage: event.stage.title,
          ms: event.milliseconds,
        });
        break;
      default:
        // A lane begins and ends with its steps.
        break;
    }
  }

  end(): Promise<void> {
    return Promise.resolve();
  }
}

function named({ id, host }: Step) {
  return { step: id, host: host ?? null };
}

/** Text by text: in a whole line what looks like a secret may reach across several. */
function withoutSecrets(_key: string, value: unknown): unknown {
  return typeof value === 'string' ? redact(value) : value;
}
