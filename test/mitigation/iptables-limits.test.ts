import { needsOf } from '../support/iptables-tools.js';
import { describeWith } from '../support/system.js';
import { limitScenarios } from './limit-scenarios.js';

describeWith(needsOf('nft'), 'limits and samples in iptables', () => limitScenarios('iptables'));
