import { LABEL } from './labels.ts';

/** A container that makes a host part of a swarm. */
export interface SwarmContainer {
  readonly name: string;
  readonly image: string;
  readonly running: boolean;
  /** The cluster of swarmctl that it belongs to; undefined when it was made otherwise. */
  readonly cluster: string | undefined;
}

/** A container as an engine lists it. */
export interface Listed {
  readonly Names: readonly string[];
  readonly Image: string;
  readonly Command: string;
  readonly State: string;
  readonly Labels?: Readonly<Record<string, string>> | null;
}

/** `swarm:1.2.9`, also of another registry. */
const IMAGE = /(^|\/)swarm(:|@|$)/;
/** Where the image has lost its name. */
const COMMAND = /^\/?swarm (manage|join)\b/;
/** docker-machine's, and what its documentation taught. */
const NAME = /^swarm-(agent|agent-master|manager|master)$/;

/** Those of a list of containers that belong to a swarm v1, whoever made them. */
export function swarmContainers(listed: readonly Listed[]): SwarmContainer[] {
  return listed.flatMap(({ Names, Image, Command, State, Labels }) => {
    // One per link; the first is its own.
    const name = (Names[0] ?? '').replace(/^\//, '');
    const cluster = Labels?.[LABEL.cluster];
    const isOne =
      cluster !== undefined || IMAGE.test(Image) || COMMAND.test(Command) || NAME.test(name);
    return isOne ? [{ name, image: Image, running: State === 'running', cluster }] : [];
  });
}
