import { uiEn } from './ui-en';

/** Every message and label in English. zh-CN.ts has the same keys; a test compares them. {x} is a parameter. */
export const en = {
  ui: uiEn,
  interfaces: {
    done_one: 'Successfully obtained 1 interface name',
    done_other: 'Successfully obtained {count} interface names',
    missing: 'Local interface {iface} does not exist, available interfaces: {list}',
    missing_remote: 'Interface {iface} does not exist on remote host {host}, available interfaces: {list}',
  },
  traffic: {
    done: 'Successfully obtained interface traffic data',
    seconds: 'Sample duration must be an integer between 3-30 seconds',
  },
  error: {
    tool_missing: 'There is no tool {name}. Tools: {list}',
    scope: 'This token may not call {name}: it lacks the scope "{scope}".',
    scope_hint: 'Start the server with `netsonde serve --grant {scope}`, or give the token that scope in Settings > Agents.',
    cancelled: 'The call was cancelled.',
    internal: 'Netsonde failed inside. The log has the details under {id}.',
    internal_hint: 'This is a bug. Please report it with the log line {id}.',
    not_object: 'The arguments of {name} must be a JSON object.',
    twice: 'Parameter {name} was given twice.',
    invalid: '{name} is not valid.',
    invalid_because: 'Parameter {name} is not valid: {reason}',
    unknown_parameter: 'Unknown parameter {name}. Known: {list}',
    range: 'Parameter {name} must be an integer from {min} to {max}.',
    host_name: 'Parameter {name} must be a host name or an IP address.',
    user_name: 'Parameter {name} must be a user name.',
    one_of: 'Parameter {name} must be one of: {list}',
    busy: 'You have {limit} calls running. Wait for one to end.',
    busy_hint: 'Try again in a second.',
    host_not_configured: 'Authentication config for remote host {host} not found',
    host_not_configured_hint: 'Remote hosts are added in Settings > Hosts or with `netsonde hosts add`. This machine is "localhost".',
  },
} as const;
