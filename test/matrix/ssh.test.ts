import { everyStep } from './every-step.ts';
import { sshGround } from './ssh.ts';

const { ground, close } = await sshGround();
await everyStep('servers', ground, close);
