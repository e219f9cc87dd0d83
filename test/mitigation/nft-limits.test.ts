import { describeWith } from '../support/system.js';
import { limitScenarios } from './limit-scenarios.js';

describeWith(['root', 'nft', 'ip', 'python3'], 'limits and samples in nft', () => limitScenarios('nft'));
