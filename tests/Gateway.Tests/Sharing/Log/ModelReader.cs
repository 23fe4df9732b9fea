using SseGateway.Sharing.Log;
using SseGateway.Sharing.Log.Storage;
using Xunit;

namespace Gateway.Tests.Sharing.Log;

/// <summary>A subscriber: a cursor into the log, the number of the frame that it must get next, and the leases it has not given back.</summary>
internal sealed class ModelReader(LogCursor cursor, int position)
{
    private readonly List<(LogRecords Records, byte[] AsTheyWere)> _held = [];
    private LogCursor _cursor = cursor;

    public int Position { get; private set; } = position;

    /// <summary>Takes what there is and holds it against the model.</summary>
    /// <param name="model">What must come.</param>
    /// <param name="hold">True to keep the lease.</param>
    /// <returns>False when the log has run over the cursor.</returns>
    public bool Read(LogModel model, bool hold)
    {
        var hasMore = _cursor.HasMore;
        var read = _cursor.TryRead(out var records);
        Assert.Equal(hasMore, read != LogRead.Nothing);
        if (read == LogRead.Nothing)
        {
            Assert.Equal(model.Next, Position);
            return true;
        }

        if (read == LogRead.RunOver)
        {
            return false;
        }

        Assert.False(records.RunOver);
        Assert.Equal(records.Length, records.Bytes.Length);
        var rest = records.Bytes.Span;
        var frames = 0;
        while (!rest.IsEmpty)
        {
            Assert.True(Position < model.Next);
            var expected = model[Position++];
            Assert.True(ChunkFraming.Next(ref rest).SequenceEqual(expected.Bytes), $"frame {Position - 1}");
            frames += expected.IsNotice ? 0 : 1;
        }

        Assert.Equal(frames, records.Frames);
        if (hold)
        {
            _held.Add((records, records.Bytes.ToArray()));
        }
        else
        {
            records.GiveBack();
        }

        return true;
    }

    /// <summary>Goes on elsewhere; leases stay.</summary>
    public void MoveTo(LogCursor cursor, int position) => (_cursor, Position) = (cursor, position);

    /// <summary>Gives back, after a look at whether the bytes are still what they were.</summary>
    /// <param name="onlyRunOver">True for those that the log has run over.</param>
    public void GiveBack(bool onlyRunOver)
    {
        for (var i = _held.Count - 1; i >= 0; i--)
        {
            var (records, asTheyWere) = _held[i];
            Assert.True(records.Bytes.Span.SequenceEqual(asTheyWere), "leased bytes have changed");
            if (!onlyRunOver || records.RunOver)
            {
                records.GiveBack();
                _held.RemoveAt(i);
            }
        }
    }

    /// <summary>Reads to the head and gives the number of frames.</summary>
    public static int CountFrom(LogCursor cursor)
    {
        var count = 0;
        while (cursor.TryRead(out var records) == LogRead.Records)
        {
            for (var rest = records.Bytes.Span; !rest.IsEmpty; count++)
            {
                ChunkFraming.Next(ref rest);
            }

            records.GiveBack();
        }

        return count;
    }
}
