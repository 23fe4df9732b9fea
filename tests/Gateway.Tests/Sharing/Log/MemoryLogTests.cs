using System.Text;
using SseGateway.Configuration.Settings.Sharing;
using SseGateway.Sharing;
using SseGateway.Sharing.Log;

namespace Gateway.Tests.Sharing.Log;

/// <summary>The log of a gateway that is alone.</summary>
public sealed class MemoryLogTests : SharedLogTests
{
    private protected override LogUnderTest Create(SharingSettings settings) => new MemoryLog(new SharedStreamUnderTest(settings).Shared);

    private sealed class MemoryLog(SharedStream shared) : LogUnderTest(shared)
    {
        public override void BeginAfter(string cursor) => Log.BeginAfter(Encoding.UTF8.GetBytes(cursor));

        protected override void Append(in LogFrame frame) => Shared.Sink.Append(frame);
    }
}
