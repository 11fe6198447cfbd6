import type { Lane, Plan, Stage, Step } from './step.ts';

/** What happens while a plan runs. */
export type ProgressEvent =
  | {
      readonly type: 'begin';
      readonly plan: Plan;
      /** Whether its steps are taken, or taken back. */
      readonly does: 'run' | 'undo';
    }
  | { readonly type: 'stage begins'; readonly stage: Stage }
  | { readonly type: 'lane begins'; readonly stage: Stage; readonly lane: Lane }
  | { readonly type: 'step begins'; readonly lane: Lane; readonly step: Step }
  /** What a step is doing or waiting for now. */
  | {
      readonly type: 'step says';
      readonly lane: Lane;
      readonly step: Step;
      readonly sentence: string;
    }
  | {
      readonly type: 'step done';
      readonly lane: Lane;
      readonly step: Step;
      /** Whether it had to change anything. */
      readonly changed: boolean;
      readonly milliseconds: number;
    }
  | {
      readonly type: 'step failed';
      readonly lane: Lane;
      readonly step: Step;
      readonly error: unknown;
      readonly milliseconds: number;
    }
  | {
      readonly type: 'lane done';
      readonly lane: Lane;
      /** Whether any of its steps had to change anything. */
      readonly changed: boolean;
      readonly milliseconds: number;
    }
  | { readonly type: 'lane failed'; readonly lane: Lane; readonly error: unknown }
  /** A lane ends before `step`, because a step of another lane that it builds on has failed. */
  | { readonly type: 'lane blocked'; readonly lane: Lane; readonly step: Step }
  | {
      readonly type: 'stage ends';
      readonly stage: Stage;
      readonly well: boolean;
      readonly milliseconds: number;
    };

/** Follows a plan as it runs; the views of it implement it. */
export interface Progress {
  tell(event: ProgressEvent): void;
  /** Resolves when everything told is on the screen. */
  end(): Promise<void>;
}
