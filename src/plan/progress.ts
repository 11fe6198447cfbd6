import type { Lane, Plan, Stage, Step } from './step.ts';

/** What happens while a plan runs. */
export type ProgressEvent =
  | { readonly type: 'begin'; readonly plan: Plan }
  | { readonly type: 'stage begins'; readonly stage: Stage }
  | { readonly type: 'lane begins'; readonly stage: Stage; readonly lane: Lane }
  /** What a lane is doing now. */
  | { readonly type: 'lane says'; readonly lane: Lane; readonly sentence: string }
  | {
      readonly type: 'lane done';
      readonly lane: Lane;
      /** Whether it had to change anything. */
      readonly changed: boolean;
      readonly milliseconds: number;
    }
  | { readonly type: 'lane failed'; readonly lane: Lane; readonly error: unknown }
  /** A lane ends before `step`, because a step of another lane that it builds on has failed. */
  | { readonly type: 'lane blocked'; readonly lane: Lane; readonly step: Step };

/** Follows a plan as it runs; the terminal's views implement it. */
export interface Progress {
  tell(event: ProgressEvent): void;
  /** Resolves when everything told is on the screen. */
  end(): Promise<void>;
}
