import {
  type DescribeLogDirsRequest,
  type DescribeLogDirsResponse,
  describeLogDirsApi,
} from '../apis/35-describe-log-dirs.ts';
import { defineServerApi, type ServerApi } from './server-api.ts';

export const describeLogDirsServerApi: ServerApi<DescribeLogDirsRequest, DescribeLogDirsResponse> =
  defineServerApi(describeLogDirsApi, {
    readRequest: (from) => ({
      topics: from.nullableArray((one) => {
        const topic = { topic: one.string(), partitions: one.int32Array() };
        one.tags();
        return topic;
      }),
    }),
    writeResponse(to, { throttleTimeMs, errorCode, dirs }, version) {
      to.int32(throttleTimeMs);
      if (version >= 3) to.int16(errorCode);
      to.array(dirs, (one, dir) => {
        one.int16(dir.errorCode);
        one.string(dir.path);
        one.array(dir.topics, (each, { topic, partitions }) => {
          each.string(topic);
          each.array(partitions, (replica, { partition, bytes, lag, isFuture }) => {
            replica.int32(partition);
            replica.int64(bytes);
            replica.int64(lag);
            replica.boolean(isFuture);
            replica.tags();
          });
          each.tags();
        });
        if (version >= 4) one.int64(dir.totalBytes);
        if (version >= 4) one.int64(dir.usableBytes);
        if (version >= 5) one.boolean(dir.cordoned);
        one.tags();
      });
    },
  });
