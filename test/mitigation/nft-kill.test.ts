import { describeWith } from '../support/system.js';
import { killScenarios } from './kill-scenarios.js';

describeWith(['root', 'nft', 'ip', 'python3'], 'kill -9 at every step, nft', () =>
  killScenarios(
    'nft',
    ['nft'],
    /nft (?:-j )?-f -$/,
    1,
    async (lab) => {
      await lab.run('victim', ['nft', 'delete', 'table', 'inet', 'ddostop']);
    },
    async (lab) => {
      const ruleset = await lab.must('victim', ['nft', 'list', 'ruleset']);
      return ruleset.includes('ddostop') ? ruleset : '';
    },
  ),
);
