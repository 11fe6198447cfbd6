import { describe, expect, it } from 'vitest';
import { isSwarmImage, matchesImage, splitTag } from '../../standin/cluster/images.ts';

describe('isSwarmImage', () => {
  it.each(['swarm', 'swarm:1.2.9', 'swarm:latest'])('hides %s', (image) =>
    expect(isSwarmImage(image)).toBe(true),
  );

  it.each(['registry.example:5000/swarm:1.2.9', 'library/swarm', 'swarmctl', 'sha256:0123'])(
    'shows %s',
    (image) => expect(isSwarmImage(image)).toBe(false),
  );
});

describe('matchesImage', () => {
  const image = {
    Id: 'sha256:0123456789abcdef',
    Created: 0,
    RepoTags: ['reg:5000/app:1'],
    RepoDigests: ['reg:5000/app@sha256:feed'],
  };

  it.each([
    'sha256:0123456789abcdef',
    '0123',
    'reg:5000/app',
    'reg:5000/app:1',
    'reg:5000/app@sha256:feed',
  ])('finds it as %s', (name) => expect(matchesImage(image, name)).toBe(true));

  it.each(['app:1', 'reg:5000/app:2', '01'])('does not find it as %s', (name) =>
    expect(matchesImage(image, name)).toBe(false),
  );
});

describe('splitTag', () => {
  it('does not take the port of a registry for a tag', () => {
    expect(splitTag('reg:5000/app')).toEqual({ repository: 'reg:5000/app', tag: '' });
  });
});
