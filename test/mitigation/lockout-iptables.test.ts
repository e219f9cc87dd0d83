import { SSH_NEEDS } from '../support/ssh-lab.js';
import { describeWith } from '../support/system.js';
import { lockoutScenarios } from './lockout-scenarios.js';

const NEEDS = [...SSH_NEEDS, 'nft', 'iptables', 'ip6tables', 'ipset', 'ss'];
describeWith(NEEDS, 'nobody is locked out, iptables', () => lockoutScenarios('iptables'));
