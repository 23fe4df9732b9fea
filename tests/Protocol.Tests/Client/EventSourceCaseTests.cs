using Protocol.Tests.Cases;
using Xunit;

namespace Protocol.Tests.Client;

/// <summary>Catalogue groups 1 and 2 through the client: decoding, last event id and reconnection time.</summary>
public class EventSourceCaseTests
{
    public static TheoryData<ParseCase> Cases => [.. ParseCase.All];

    [Theory, MemberData(nameof(Cases))]
    public async Task Events_id_and_retry_are_those_of_the_row(ParseCase row)
    {
        await CheckAsync(row, []);
        await CheckAsync(row, row.Cuts);
        await CheckAsync(row, Splits.Every(1, row.Bytes.Length));
        await CheckAsync(row, Splits.AfterEvery((byte)'\r', row.Bytes));
        for (var seed = 1; seed <= 5; seed++)
            await CheckAsync(row, Splits.Random(new Random(seed), row.Bytes.Length));
    }

    private static async Task CheckAsync(ParseCase row, IEnumerable<int> cuts)
    {
        using var http = new HttpMessageInvoker(new CannedHandler(new PiecewiseStream(row.Bytes, cuts)));
        var source = new RecordedSource(new Uri("http://127.0.0.1/"), http: http);
        await source.RunAsync();
        Assert.Equal(row.Events, source.Events.Select(item => new ReadEvent(item.Type, item.Data, item.LastEventId)));
        Assert.Equal(row.LastEventId, source.Source.LastEventId);
        Assert.Equal(TimeSpan.FromMilliseconds(row.Retry ?? 3000), source.Source.ReconnectDelay);
    }
}
