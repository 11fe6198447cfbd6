import { expect, it } from 'vitest';
import { renderFlags } from '../../../src/ui/render-flags.ts';

it('has a flag a line, and quotes where a shell needs them', () => {
  const flags = ['--tlsverify', '--tlscacert=/a/ca.pem', '--tlskey=/a b$c/"k.pem'];
  expect(renderFlags([...flags, '-H=tcp://[fd00::1]:3376']).split('\n')).toEqual([
    '--tlsverify',
    '--tlscacert=/a/ca.pem',
    '--tlskey="/a b\\$c/\\"k.pem"',
    '-H=tcp://[fd00::1]:3376',
  ]);
});
