using System.Buffers;
using System.Text;
using Gateway.Tests.Sharing;
using Gateway.Tests.Sharing.Log;
using Gateway.Tests.Streams;
using Microsoft.Extensions.Logging.Abstractions;
using SseGateway.Configuration.Settings.Fleet;
using SseGateway.Configuration.Settings.Sharing;
using SseGateway.Fleet;
using SseGateway.Fleet.Mirrors;
using SseGateway.Fleet.Records;
using SseGateway.Fleet.Store;
using SseGateway.Sharing;
using SseGateway.Sharing.Log;
using SseGateway.Sharing.Upstream;

namespace Gateway.Tests.Fleet;

/// <summary>The log of a gateway in a fleet: each frame has gone through an entry of Redis, byte by byte.</summary>
public sealed class MirroredLogTests : SharedLogTests
{
    private protected override LogUnderTest Create(SharingSettings settings)
    {
        var stream = new SharedStreamUnderTest(settings);
        return new MirroredLog(stream.Shared, stream.Streams);
    }

    private sealed class MirroredLog : LogUnderTest, IMirrorEvents
    {
        private const long Generation = 1_796_000_000_000;

        private readonly StreamMirror _mirror;
        private byte[] _cursor = [];
        private long _last;

        public MirroredLog(SharedStream shared, StreamsUnderTest streams)
            : base(shared)
        {
            var metrics = new FleetMetrics(streams.Meters);
            var store = new FleetStore(new FleetSettings(), metrics, TimeProvider.System, NullLogger<FleetStore>.Instance);
            _mirror = new StreamMirror(shared, store, new StreamKeys("sse", "stream"), new SemaphoreSlim(1), metrics, this);
            _mirror.EndLocal();
        }

        public bool IsLeading => false;

        public override void BeginAfter(string cursor)
        {
            _cursor = Encoding.UTF8.GetBytes(cursor);
            Begin();
        }

        protected override void Append(in LogFrame frame)
        {
            Begin();
            var record = new ArrayBufferWriter<byte>();
            RecordWriter.WriteFrame(record, frame);
            _mirror.Take(new EntryId(Generation, ++_last), [record.WrittenMemory]);
        }

        void IMirrorEvents.Opened(UpstreamHead head)
        {
        }

        void IMirrorEvents.Lost()
        {
        }

        void IMirrorEvents.Ended(TimeSpan due, int ends)
        {
        }

        void IMirrorEvents.GaveUp()
        {
        }

        void IMirrorEvents.Unshared(string sign)
        {
        }

        private void Begin()
        {
            if (_last == 0) _mirror.Take(new EntryId(Generation, ++_last), [RecordWriter.Begun(0, 0, _cursor)]);
        }
    }
}
