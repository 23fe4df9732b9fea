using System.Text;
using SseGateway.Streams.Dialects;
using Xunit;

namespace Gateway.Tests.Streams.Dialects;

/// <summary>What is looked for in bytes is found however they are cut, and nothing that looks like it.</summary>
public sealed class PeekTests
{
    [Theory]
    [InlineData("""{"id":1}""", "1")]
    [InlineData("""{"id":1,"id":2}""", "1")]
    [InlineData(" { \"a\" : [ 1 , { \"id\" : 5 } ] , \"id\" : -12.5e3 }", "-12.5e3")]
    [InlineData("""{"xid":1,"idx":2,"i":3,"":4,"id":"x"}""", "\"x\"")]
    [InlineData("""{"\u0069d":1,"a\\":2,"b\"id":3,"id":true}""", "true")]
    [InlineData("""{"a":"}","b":"\\","c":"\"","id":null}""", "null")]
    [InlineData("""{"a":{"b":"{\"id\":9}"},"id":0}""", "0")]
    [InlineData("""{"a":"id","id":"a\\\"b"}""", "\"a\\\\\\\"b\"")]
    [InlineData("""{"id":[1],"id":3}""", "3")]
    [InlineData("""{"id":1""", null)]
    [InlineData("""{"a":1}{"id":2}""", null)]
    [InlineData("""[{"id":2}]""", null)]
    [InlineData("""{"id"}""", null)]
    [InlineData("""{"id":}""", null)]
    [InlineData("\"id\":1", null)]
    [InlineData("", null)]
    public void A_value_of_the_object_itself_is_found(string body, string? value)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        for (var cut = 1; cut <= Math.Max(1, bytes.Length); cut++)
        {
            var peek = new RequestPeek(JsonRpcId.Name);
            foreach (var chunk in bytes.Chunk(cut))
            {
                peek.Look(chunk);
            }

            Assert.Equal(value, peek.Value is { } found ? Encoding.UTF8.GetString(found.Span) : null);
        }
    }

    [Theory]
    [InlineData(TopLevelValue.MostBytes, true)]
    [InlineData(TopLevelValue.MostBytes + 1, false)]
    public void A_value_of_any_length_takes_no_more_than_so_many_bytes(int length, bool isFound)
    {
        var peek = new RequestPeek(JsonRpcId.Name);
        peek.Look(Encoding.UTF8.GetBytes($"{{\"id\":{new string('1', length)}}}"));
        Assert.Equal(isFound, peek.Value is not null);
    }

    [Theory]
    [InlineData("data: {\"sequence_number\":0,\"a\":1}\n\n", 0L)]
    [InlineData("data: {\"sequence_number\":0}\n\ndata: {\"sequence_number\": 12 }\n\n", 12L)]
    [InlineData("data: {\"sequence_number\":3}\n\ndata: {\"sequence_number\":4", 3L)]
    [InlineData("data: {\"\"sequence_number\":5}", 5L)]
    [InlineData("data: {\"delta\":\"\\\"sequence_number\\\":9\",\"sequence_number\":8}", 8L)]
    [InlineData("data: {\"sequence_number\":\"9\",\"xsequence_number\":7}", null)]
    [InlineData("data: {\"sequence_number\":1234567890123456789}", null)]
    [InlineData("data: {\"sequence_number\":null}", null)]
    [InlineData("", null)]
    public void The_last_number_of_an_event_is_found(string stream, long? last)
    {
        var bytes = Encoding.UTF8.GetBytes(stream);
        for (var cut = 1; cut <= Math.Max(1, bytes.Length); cut++)
        {
            var number = default(SequenceNumber);
            foreach (var chunk in bytes.Chunk(cut))
            {
                number.Look(chunk);
            }

            Assert.Equal(last, number.Last);
        }
    }
}
