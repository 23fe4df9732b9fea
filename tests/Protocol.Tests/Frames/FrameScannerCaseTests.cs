using Protocol.Tests.Cases;
using SseGateway.Protocol;
using Xunit;

namespace Protocol.Tests.Frames;

/// <summary>Catalogue groups 1 and 2: every fixed-byte row, under every way the bytes can be cut.</summary>
public class FrameScannerCaseTests
{
    public static TheoryData<ParseCase> Cases => [.. ParseCase.All];

    [Fact]
    public void All_106_rows_are_loaded() => Assert.Equal(106, ParseCase.All.Count);

    [Theory, MemberData(nameof(Cases))]
    public void Events_id_and_retry_are_those_of_the_row_in_one_piece(ParseCase row)
    {
        Check(row, []);
        Check(row, row.Cuts);
    }

    [Theory, MemberData(nameof(Cases))]
    public void Events_are_the_same_in_pieces_of_one_two_and_three_bytes(ParseCase row)
    {
        Check(row, Splits.Every(1, row.Bytes.Length));
        Check(row, Splits.Every(2, row.Bytes.Length));
        Check(row, Splits.Every(3, row.Bytes.Length));
    }

    [Theory, MemberData(nameof(Cases))]
    public void Events_are_the_same_when_every_CR_ends_a_piece(ParseCase row) => Check(row, Splits.AfterEvery((byte)'\r', row.Bytes));

    [Theory, MemberData(nameof(Cases))]
    public void Events_are_the_same_in_200_random_splits(ParseCase row)
    {
        for (var seed = 1; seed <= 200; seed++)
            Check(row, Splits.Random(new Random(seed), row.Bytes.Length), seed);
    }

    [Theory, MemberData(nameof(Cases))]
    public void Events_are_the_same_at_every_single_split_point(ParseCase row)
    {
        // The rows of many kilobytes repeat themselves.
        var last = row.Bytes.Length > 5000 ? 20 : Math.Min(row.Bytes.Length, 300);
        for (var cut = 1; cut < last; cut++)
            Check(row, [cut]);
    }

    private static void Check(ParseCase row, IEnumerable<int> cuts, int seed = 0)
    {
        foreach (var skipIgnored in (bool[])[false, true])
        {
            var reader = ScannerReader.Read(row.Bytes, cuts, new FrameScanner(FrameScanner.DefaultMaxFrameBytes, skipIgnored));
            Assert.True(row.Events.SequenceEqual(reader.Events), $"{row}, seed {seed}: {string.Join(", ", reader.Events.Take(20))}");
            Assert.Equal(row.LastEventId, reader.LastEventId);
            Assert.Equal(row.Retry, reader.Retry);
        }
    }
}
