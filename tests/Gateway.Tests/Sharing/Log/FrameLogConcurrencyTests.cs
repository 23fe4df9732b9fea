using System.Buffers.Binary;
using System.IO.Hashing;
using Gateway.Tests.Wire;
using SseGateway.Configuration.Settings.Sharing;
using SseGateway.Sharing.Log;
using SseGateway.Sharing.Log.Storage;
using Xunit;

namespace Gateway.Tests.Sharing.Log;

/// <summary>One thread that publishes as fast as it can, and others that read meanwhile: each frame has its number and a checksum.</summary>
public sealed class FrameLogConcurrencyTests
{
    private const int Frames = 300_000;
    private const int Head = sizeof(long) + sizeof(ulong);

    // Some as fast as they can, and some that take their time with what they have leased.
    private static readonly int[] Pauses = [0, 0, 50, 2000];

    private readonly FrameLog _log = new(new SharingSettings { LogBytes = 32 * 1024, LogCount = 1000 }, TimeProvider.System);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Readers_get_every_frame_whole_and_in_order_or_are_told_that_they_were_run_over(int seed)
    {
        var publisher = Start(() => Publish(new Random(seed)));
        var readers = Pauses.Select(pause => Start(() => ReadToTheEnd(pause))).ToArray();
        var joins = Start(JoinAgainAndAgain);
        await Deadline.ForAsync(publisher);
        foreach (var reader in readers)
        {
            Assert.True(await Deadline.ForAsync(reader) > 0);
        }

        Assert.True(await Deadline.ForAsync(joins) > 0);
        Assert.True(_log.RetiredBytes <= 2 * 32 * 1024);
    }

    private static Task<long> Start(Func<long> body) =>
        Task.Factory.StartNew(body, TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private long Publish(Random random)
    {
        var frame = new byte[2000];
        random.NextBytes(frame);
        for (long number = 0; number < Frames; number++)
        {
            var length = random.Next(50) == 0 ? random.Next(Head, frame.Length) : random.Next(Head, 200);
            BinaryPrimitives.WriteInt64LittleEndian(frame, number);
            BinaryPrimitives.WriteUInt64LittleEndian(frame.AsSpan(sizeof(long)), Checksum(frame.AsSpan(0, length)));
            _log.Append(new LogFrame { Bytes = frame.AsSpan(0, length), IsEvent = true });
        }

        return Frames;
    }

    // Gives the frames read.
    private long ReadToTheEnd(int pause)
    {
        var cursor = _log.Resume([], JoinPoint.All, GapAction.Oldest).Cursor;
        var (last, read, mayJump) = (-1L, 0L, true);
        while (last < Frames - 1)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            switch (cursor.TryRead(out var records))
            {
                case LogRead.Nothing:
                    Thread.Yield();
                    break;
                case LogRead.RunOver:
                    cursor = _log.Oldest().Cursor;
                    mayJump = true;
                    break;
                default:
                    Thread.SpinWait(pause);
                    Assert.Equal(records.Frames, Check(records.Bytes.Span, ref last, ref mayJump));
                    read += records.Frames;
                    records.GiveBack();
                    break;
            }
        }

        return read;
    }

    private long JoinAgainAndAgain()
    {
        var (seen, joins) = (-1L, 0L);
        while (seen < Frames - 1)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            var cursor = _log.Resume([], new JoinPoint(1 + (int)(joins % 20)), GapAction.Oldest).Cursor;
            if (cursor.TryRead(out var records) == LogRead.Records)
            {
                var (last, mayJump) = (-1L, true);
                Check(records.Bytes.Span, ref last, ref mayJump);
                records.GiveBack();
                Assert.True(last + 1000 > seen, "a later join begins far earlier");
                seen = Math.Max(seen, last);
                joins++;
            }
        }

        return joins;
    }

    private static int Check(ReadOnlySpan<byte> records, ref long last, ref bool mayJump)
    {
        var count = 0;
        for (; !records.IsEmpty; count++)
        {
            var frame = ChunkFraming.Next(ref records).ToArray();
            var number = BinaryPrimitives.ReadInt64LittleEndian(frame);
            Assert.Equal(BinaryPrimitives.ReadUInt64LittleEndian(frame.AsSpan(sizeof(long))), Checksum(frame));
            Assert.True(mayJump ? number > last : number == last + 1, $"{number} after {last}");
            (last, mayJump) = (number, false);
        }

        return count;
    }

    // Of all but itself.
    private static ulong Checksum(ReadOnlySpan<byte> frame) =>
        XxHash3.HashToUInt64(frame[Head..], BinaryPrimitives.ReadInt64LittleEndian(frame));
}
