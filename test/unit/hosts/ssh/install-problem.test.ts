import { expect, it } from 'vitest';
import { installProblem } from '../../../../src/hosts/ssh/install-problem.ts';
import { dockerOf, factsOf } from './support.ts';

const URL = 'https://get.example.org';
const fedora = { os: { id: 'fedora', version: '41', like: [] }, apt: false };
const mint = { os: { id: 'linuxmint', version: '22', like: ['ubuntu', 'debian'] } };

it('is none where there is Docker, or it can be installed', () => {
  expect(installProblem(factsOf(dockerOf()), 'never')).toBeUndefined();
  expect(installProblem(factsOf(undefined), 'packages')).toBeUndefined();
  expect(installProblem(factsOf(undefined, mint), 'packages')).toBeUndefined();
  expect(installProblem(factsOf(undefined, fedora), URL)).toBeUndefined();
});

it.each([
  [factsOf(undefined), 'never', 'none is to be installed'],
  [factsOf(undefined, { systemd: false }), URL, 'does not run systemd'],
  [factsOf(undefined, fedora), 'packages', 'no packages of it for fedora'],
  [
    factsOf(undefined, { root: { refused: 'sudo: a password is required' } }),
    'packages',
    'takes root: sudo: a password is required',
  ],
])('is said otherwise (%#)', (facts, source, words) => {
  expect(installProblem(facts, source)?.problem).toContain(words);
});
