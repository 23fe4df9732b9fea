using System.Buffers;
using SseGateway.Fleet.Leases;
using SseGateway.Fleet.Records;
using StackExchange.Redis;
using Xunit;

namespace Gateway.Tests.Fleet;

/// <summary>What goes to the store beside a stream's entries.</summary>
public sealed class StreamMetaTests
{
    [Fact]
    public void All_of_it_goes_with_each_batch_until_one_has_arrived()
    {
        var meta = new StreamMeta("me", "5"u8.ToArray()) { Head = [(byte)RecordKind.Opened], IsGone = true };
        RedisValue[] all = ["state", "", "head", new byte[] { (byte)RecordKind.Opened }, "id", "5", "by", "me"];
        Assert.Equal(all, Of(meta));
        Assert.Equal(all, Of(meta));
        meta.IsGone = false;
        Assert.Empty(Of(meta));
    }

    private static List<RedisValue> Of(StreamMeta meta)
    {
        var batch = new PendingBatch { First = new EntryId(1, 7) };
        batch.Writer.Write([(byte)RecordKind.Nothing]);
        batch.Added();
        return meta.Of(batch, batch.Records());
    }
}
