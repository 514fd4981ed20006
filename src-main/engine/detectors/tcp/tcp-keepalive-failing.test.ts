import { testRule } from '../../../../test/support/detect';
import { Talk } from '../../../../test/support/talk';
import { tcpKeepaliveFailing } from './tcp-keepalive-failing';

const probing = (times: number, answered: boolean, ending = '') => {
  const talk = new Talk().open().data(0, 2);
  for (let i = 0; i < times; i++) {
    talk.c('A', { seq: talk.seq[0] - 1, after: 75 });
    if (answered) talk.s('A');
  }
  if (ending) talk.c(ending, { after: 75 });
  return talk.silence(10).packets;
};

testRule(tcpKeepaliveFailing, [
  { name: 'three probes without answer', packets: probing(3, false), finds: ['warning'] },
  { name: 'and then the prober gives up', packets: probing(3, false, 'RA'), finds: ['critical'] },
  { name: 'answered probes', packets: probing(3, true), finds: [] },
]);
