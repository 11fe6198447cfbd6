import { everyStep } from './every-step.ts';
import { localGround } from './local.ts';

const { ground, close } = await localGround();
await everyStep('local hosts', ground, close);
