using LoadTests.Measures;
using Xunit;

namespace LoadTests.Tests.Measures;

public sealed class StampedDataTests
{
    [Theory]
    [InlineData(StampedData.LeastBytes)]
    [InlineData(StampedData.LeastBytes + 1)]
    [InlineData(100)]
    public void What_is_written_is_read(int size)
    {
        var data = new byte[size];
        StampedData.Write(data, 123_456);

        Assert.True(StampedData.TryRead(data, out var age, out var number));
        Assert.Equal(123_456, number);
        Assert.True(age >= TimeSpan.Zero);
        Assert.DoesNotContain((byte)0, data);
    }

    [Theory]
    [InlineData("")]
    [InlineData("hello")]
    [InlineData("a longer text that is no stamp at all")]
    [InlineData("00000000000000000001 not-a-number-here")]
    public void Other_data_is_no_stamp(string data) =>
        Assert.False(StampedData.TryRead(System.Text.Encoding.ASCII.GetBytes(data), out _, out _));
}
