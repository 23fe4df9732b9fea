using System.Text;
using SseGateway.Harness.Reading;
using Xunit;

namespace Harness.Tests.Reading;

public sealed class EventReaderTests
{
    // The catalogue's rows of group 1 that say most, as type|data|id; bytes above 0x7F as \xNN.
    [Theory]
    [InlineData("data: a\ndata: b\n\n", "message|a\nb|")]
    [InlineData("data:  a\n\ndata\n\ndata\ndata\n\n", "message| a|", "message||", "message|\n|")]
    [InlineData("data: a\r\rdata: b\r\n\r\ndata: c\n\n", "message|a|", "message|b|", "message|c|")]
    [InlineData("data: a\n\rdata: b\n\n", "message|a|", "message|b|")]
    [InlineData("data: 1\rdata: 2\r\n")]
    [InlineData("event: t\n\ndata: a\n\n", "message|a|")]
    [InlineData("event: t\nevent: u\nid: 1\ndata: a\n\ndata: b\n\nid\ndata: c\n\n", "u|a|1", "message|b|1", "message|c|")]
    [InlineData("id: 1\n\ndata: a\n\nid: 2\0\ndata: b\n\n", "message|a|1", "message|b|1")]
    [InlineData("\u00EF\u00BB\u00BFdata: a\n\n\u00EF\u00BB\u00BFdata: b\n\n", "message|a|")]
    [InlineData("data: \u00E2\u0080\u00A8\u00C3\n\ndata: b\n\n", "message|\u2028\uFFFD|", "message|b|")]
    [InlineData(":data: x\n data: x\nData: x\ndatax: x\ndata: a\n\n", "message|a|")]
    [InlineData("id: 1\ndata: a\n\nid: 2\ndata: b", "message|a|1")]
    public void Events_are_those_of_the_standard_wherever_the_bytes_are_cut(string text, params string[] expected)
    {
        var bytes = Encoding.Latin1.GetBytes(text);
        for (var size = 1; size <= bytes.Length; size++)
        {
            var reader = new EventReader();
            var events = bytes.Chunk(size).SelectMany(piece => reader.Read(piece)).Select(read => $"{read.Type}|{read.Data}|{read.Id}");
            Assert.Equal(expected, events);
        }
    }

    [Fact]
    public void The_id_moves_with_a_dispatch_only()
    {
        var reader = new EventReader();
        reader.Read("id: 1\ndata: a\n\nid: 2\ndata: b\n"u8);
        Assert.Equal(("1", true, 1), (reader.LastEventId, reader.IsInsideBlock, reader.PendingDataLines));
        reader.Read("\n"u8);
        Assert.Equal(("2", false, 0), (reader.LastEventId, reader.IsInsideBlock, reader.PendingDataLines));
    }

    [Fact]
    public void What_is_odd_is_noted()
    {
        var reader = new EventReader();
        reader.Read(
            Encoding.Latin1.GetBytes("\u00EF\u00BB\u00BF: c\r\nData: x\n: d\rid: \0\nevent: t\n\nretry: 20\nretry: 5x\nid: 1\ndata: \u00FF\n\ndata: b\n\n"));
        var notes = reader.Notes;
        Assert.Equal((true, 2L, 1L, 1L, 1L), (notes.StartsWithBom, notes.Comments, notes.IdsWithNul, notes.BlocksWithoutData, notes.InvalidLines));
        Assert.Equal((1L, 1L), (notes.LinesEndedByCrLf, notes.LinesEndedByCr));
        Assert.Equal((20L, "5x"), (notes.RetryMs, notes.InvalidRetry));
        Assert.Equal((2L, 1L), (notes.Events, notes.EventsWithOwnId));
        Assert.Equal(["Data"], notes.UnknownFields);
    }

    [Fact]
    public void Memory_is_bounded_whatever_comes()
    {
        // Other tests take memory too, but not for ever.
        var (reader, growth) = ReadMuch();
        for (var tries = 1; growth > 16 << 20 && tries < 10; tries++)
        {
            (reader, growth) = ReadMuch();
        }

        Assert.InRange(growth, long.MinValue, 16 << 20);
        var read = Assert.Single(reader.Read("\n\n"u8));
        Assert.InRange(read.Data.Length, 1, 1 << 20);
        Assert.True(reader.Notes.Oversized > 0);
        for (var i = 0; i < 100; i++)
        {
            reader.Read(Encoding.ASCII.GetBytes($"unknown{i}: x\n"));
        }

        Assert.InRange(reader.Notes.UnknownFields.Count, 1, 10);
    }

    private static (EventReader Reader, long Growth) ReadMuch()
    {
        var reader = new EventReader(mostKept: 1 << 20);
        reader.Read("data: "u8);
        var mebibyte = new byte[1 << 20];
        Array.Fill(mebibyte, (byte)'x');
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var i = 0; i < 64; i++)
        {
            reader.Read(mebibyte);
        }

        return (reader, GC.GetTotalMemory(forceFullCollection: true) - before);
    }

    [Fact]
    public void A_retry_too_large_for_any_clock_is_no_error()
    {
        var reader = new EventReader();
        reader.Read("retry: 99999999999999999999999\n"u8);
        Assert.Equal(long.MaxValue, reader.Notes.RetryMs);
    }
}
