import { testRule } from '../../../../test/support/detect';
import { Talk } from '../../../../test/support/talk';
import { httpNoResponse } from './http-no-response';

const asked = () => new Talk().open().c('PA', { data: 'GET /a HTTP/1.1\r\nHost: a.example\r\n\r\n' });

testRule(httpNoResponse, [
  { name: 'the server closes instead of answering', packets: asked().s('A').s('FA').c('A').packets, finds: ['warning'] },
  { name: 'no word for forty seconds', packets: asked().s('A').silence(40).packets, finds: ['warning'] },
  { name: 'the capture ends first', packets: asked().s('A').silence(5).packets, finds: [] },
  { name: 'the request was not acknowledged: that is loss', packets: asked().silence(40).packets, finds: [] },
  {
    name: 'the server answers',
    packets: asked().s('PA', { data: 'HTTP/1.1 204 No Content\r\n\r\n' }).silence(40).packets,
    finds: [],
  },
]);
