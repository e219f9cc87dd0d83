import { SSH_NEEDS } from '../support/ssh-lab.js';
import { describeWith } from '../support/system.js';
import { lockoutScenarios } from './lockout-scenarios.js';

describeWith([...SSH_NEEDS, 'nft', 'ss'], 'nobody is locked out, nft', () => lockoutScenarios('nft'));
