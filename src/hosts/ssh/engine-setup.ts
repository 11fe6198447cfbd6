import type { ServerFacts } from './facts.ts';
export interface EngineSetup {
  changes: string[];
}
export function engineSetup(f: ServerFacts, w: object): EngineSetup {
  throw new Error(f.hostname + String(w));
}
