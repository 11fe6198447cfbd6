import { expect, it } from 'vitest';
import { renderInit } from '../../../src/ui/render-init.ts';

const config = { file: 'a.yaml', written: true, pipeline: null };

it('says what init has written, and how to go on', () => {
  expect(renderInit(config, 'swarmctl')).toBe('a.yaml is written\n\n  swarmctl create -f a.yaml');
  const github = { file: '.github/workflows/swarm.yml', includeIn: null };
  expect(renderInit({ ...config, written: false, pipeline: github }, 'swarmctl')).toBe(
    'a.yaml stays as it is\n' +
      '.github/workflows/swarm.yml is written: put your tests in the place of its example',
  );
  const gitlab = { file: '.gitlab/swarm.yml', includeIn: '.gitlab-ci.yml' };
  expect(renderInit({ ...config, pipeline: gitlab }, 'swarmctl')).toContain(
    'To be added to .gitlab-ci.yml:\n\n  include:\n    - local: /.gitlab/swarm.yml',
  );
});
