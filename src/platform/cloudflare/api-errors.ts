/** What an answer that is no result means, and what to do about it. */
import type { ApiRemark, ApiRequest } from './api.js';
import { remarksText } from './api-answer.js';
import { ApiFailure, type FailureKind } from './api-failure.js';
import { permissionFor } from './permission-names.js';

export type Asked = Pick<ApiRequest, 'method' | 'path'>;

/** 1000, 1001: invalid token; 6003, 6111: malformed; 9109 and 10000 stand for this as well, and for a missing permission. */
const TOKEN_CODES = new Set([1000, 1001, 6003, 6111]);
const TOKEN_OR_PERMISSION_CODES = new Set([9109, 10000]);
const ABOUT_THE_TOKEN = /invalid (?:access |api )?token|valid user-level|from (?:this )?location|expired/i;

export function refusal(asked: Asked, status: number, remarks: readonly ApiRemark[], said: string): ApiFailure {
  const what = `${asked.method} ${asked.path} was refused (HTTP ${status})${said === '' ? '' : `: ${said}`}`;
  const [code, hint] = adviceOn(asked, status, remarks);
  return failure(asked, code, what, hint, 'refused', status, remarks);
}

export function limited(asked: Asked, status: number, remarks: readonly ApiRemark[], waitMs: number): ApiFailure {
  const said = remarksText(remarks);
  return failure(
    asked,
    'CLOUDFLARE_LIMITED',
    `${asked.method} ${asked.path}: too many calls (HTTP ${status})${said === '' ? '' : `: ${said}`}`,
    `Nothing was done. Calls wait ${Math.ceil(waitMs / 1000)} s now; the limit is a user's, so dashboard and other programs spend from it too.`,
    'limited',
    status,
    remarks,
  );
}

export function unreachable(
  asked: Asked,
  what: string,
  cause?: unknown,
  status = 0,
  remarks: readonly ApiRemark[] = [],
): ApiFailure {
  const hint =
    asked.method === 'GET'
      ? 'Is the way to the API open (proxy, firewall, CLOUDFLARE_API_BASE_URL)? See also cloudflarestatus.com.'
      : 'Not known whether it was carried out: read the state there again before acting.';
  return failure(
    asked,
    'CLOUDFLARE_UNREACHABLE',
    `${asked.method} ${asked.path}: ${what}`,
    hint,
    'unknown',
    status,
    remarks,
    cause,
  );
}

export function unreadable(asked: Asked, status: number, what: string): ApiFailure {
  return failure(
    asked,
    'CLOUDFLARE_UNREADABLE',
    `${asked.method} ${asked.path}: ${what} (HTTP ${status})`,
    'This is not what the API answers: is a proxy between, or is CLOUDFLARE_API_BASE_URL something else?',
    'unreadable',
    status,
    [],
  );
}

export function redirected(asked: Asked, status: number): ApiFailure {
  return failure(
    asked,
    'CLOUDFLARE_UNREADABLE',
    `${asked.method} ${asked.path}: the answer points elsewhere (HTTP ${status})`,
    'Redirects are not followed, since the token would go there too. Check CLOUDFLARE_API_BASE_URL.',
    'unreadable',
    status,
    [],
  );
}

export function notSent(asked: Asked): ApiFailure {
  const what = `${asked.method} ${asked.path} was given up before it was sent`;
  return failure(asked, 'CLOUDFLARE_GIVEN_UP', what, 'Nothing was done.', 'refused', 0, []);
}

export function givenUp(asked: Asked, cause: unknown): ApiFailure {
  const hint =
    asked.method === 'GET'
      ? 'Nothing was changed.'
      : 'Not known whether it was carried out: read the state there again.';
  const what = `${asked.method} ${asked.path} was given up while it was under way`;
  return failure(asked, 'CLOUDFLARE_GIVEN_UP', what, hint, 'unknown', 0, [], cause);
}

function adviceOn(asked: Asked, status: number, remarks: readonly ApiRemark[]): readonly [code: string, hint: string] {
  if (isAboutToken(status, remarks)) {
    return [
      'CLOUDFLARE_TOKEN',
      'The token is not valid: mistyped, expired, rolled, or not allowed from this address. Make one at dash.cloudflare.com/profile/api-tokens and put it into CLOUDFLARE_API_TOKEN.',
    ];
  }
  if (status === 403) {
    const permission = permissionFor(asked.method, asked.path);
    const needed = permission === null ? 'a permission the token does not have' : `the permission "${permission}"`;
    return ['CLOUDFLARE_FORBIDDEN', `It needs ${needed} for this zone or account, or a plan that has this feature.`];
  }
  if (status === 404) return ['CLOUDFLARE_REFUSED', 'It is not there (any more), or the token may not see it.'];
  if (status === 409)
    return ['CLOUDFLARE_REFUSED', 'Something else changes the same thing at this moment: read the state again.'];
  return ['CLOUDFLARE_REFUSED', 'Nothing was done. The codes are explained at developers.cloudflare.com.'];
}

function isAboutToken(status: number, remarks: readonly ApiRemark[]): boolean {
  if (status === 401) return true;
  return remarks.some(
    ({ code, message }) =>
      TOKEN_CODES.has(code) ||
      (TOKEN_OR_PERMISSION_CODES.has(code) && (status !== 403 || ABOUT_THE_TOKEN.test(message))),
  );
}

function failure(
  asked: Asked,
  code: string,
  what: string,
  hint: string,
  kind: FailureKind,
  status: number,
  remarks: readonly ApiRemark[],
  cause?: unknown,
): ApiFailure {
  return new ApiFailure(
    code,
    what,
    hint,
    kind,
    asked.method,
    asked.path,
    status,
    remarks,
    cause === undefined ? {} : { cause },
  );
}
