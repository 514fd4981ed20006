import { testRule } from '../../../../test/support/detect';
import { fragments, later } from '../../../../test/support/made-packets';
import { ipFragmentsMissing } from './ip-fragments-missing';

const whole = fragments(0, new Uint8Array(3_000));
const [one] = whole;

testRule(ipFragmentsMissing, [
  {
    name: 'the second fragment never comes',
    packets: [...(one ? [one] : []), later(61)],
    finds: ['warning'],
    metrics: { kind: 'missing' },
  },
  {
    name: 'with a filter for ports that is no wonder',
    packets: [...(one ? [one] : []), later(61)],
    options: { context: { portFilter: true } },
    finds: ['warning'],
  },
  { name: 'many fragments', packets: whole, finds: ['notice'], metrics: { kind: 'many' } },
  { name: 'the capture ends first', packets: [...(one ? [one] : []), later(5)], finds: [] },
]);
