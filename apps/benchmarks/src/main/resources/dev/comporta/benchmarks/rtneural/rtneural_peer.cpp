// A peer of Comporta's benchmark: streams of an LSTM in RTNeural (https://github.com/jatinchowdhury18/RTNeural), with
// sizes that are fixed when this is compiled. It answers the requests of PeerServer on standard input and output:
// big-endian numbers, strings with a length of two bytes.

#include <RTNeural/RTNeural.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace
{
    // What the pipe brings is used as it comes, but a length that makes no sense ends this program.
    constexpr uint32_t most_floats = 1u << 24;

    void read_bytes(void* to, size_t count)
    {
        if (std::fread(to, 1, count, stdin) != count)
        {
            std::exit(2);
        }
    }

    uint32_t read_int()
    {
        unsigned char b[4];
        read_bytes(b, 4);
        return uint32_t(b[0]) << 24 | uint32_t(b[1]) << 16 | uint32_t(b[2]) << 8 | uint32_t(b[3]);
    }

    std::string read_text()
    {
        unsigned char b[2];
        read_bytes(b, 2);
        std::string text(size_t(b[0]) << 8 | b[1], ' ');
        read_bytes(text.data(), text.size());
        return text;
    }

    std::vector<float> read_floats()
    {
        uint32_t count = read_int();
        if (count > most_floats)
        {
            std::exit(2);
        }
        std::vector<float> values(count);
        for (float& value : values)
        {
            uint32_t bits = read_int();
            std::memcpy(&value, &bits, 4);
        }
        return values;
    }

    void write_int(uint32_t value)
    {
        unsigned char b[4] = { (unsigned char)(value >> 24), (unsigned char)(value >> 16), (unsigned char)(value >> 8), (unsigned char)value };
        std::fwrite(b, 1, 4, stdout);
    }

    void write_double(double value)
    {
        uint64_t bits;
        std::memcpy(&bits, &value, 8);
        write_int(uint32_t(bits >> 32));
        write_int(uint32_t(bits));
    }

    struct Problem
    {
        int input;
        int hidden;
        std::map<std::string, std::vector<float>> parameters;
        std::vector<float> inputs;
    };

    struct Stream
    {
        virtual ~Stream() = default;
        virtual void execute(int times) = 0;
        virtual std::vector<float> result() const = 0;
    };

    template <int in, int hidden>
    struct Lstm final : Stream
    {
        using Layer = RTNeural::LSTMLayerT<float, in, hidden>;

        RTNeural::ModelT<float, in, hidden, Layer> model;
        alignas(RTNEURAL_DEFAULT_ALIGNMENT) float x[in];

        // Both have the gates in the order i, f, g, o; PyTorch's kernels have a row for each gate and unit.
        explicit Lstm(const Problem& problem)
        {
            const auto& w = problem.parameters.at("weight_ih_l0");
            const auto& u = problem.parameters.at("weight_hh_l0");
            const auto& b = problem.parameters.at("bias_ih_l0");
            const auto& b_u = problem.parameters.at("bias_hh_l0");
            const size_t gates = 4 * hidden;
            if (w.size() != gates * in || u.size() != gates * hidden || b.size() != gates || b_u.size() != gates || problem.inputs.size() != size_t(in))
            {
                throw std::runtime_error("the parameters do not have the sizes of the workload");
            }
            std::vector<std::vector<float>> kernel(in, std::vector<float>(gates));
            std::vector<std::vector<float>> recurrent(hidden, std::vector<float>(gates));
            std::vector<float> bias(gates);
            for (size_t row = 0; row < gates; row++)
            {
                for (int i = 0; i < in; i++)
                {
                    kernel[i][row] = w[row * in + i];
                }
                for (int i = 0; i < hidden; i++)
                {
                    recurrent[i][row] = u[row * hidden + i];
                }
                bias[row] = b[row] + b_u[row];
            }
            auto& layer = model.template get<0>();
            layer.setWVals(kernel);
            layer.setUVals(recurrent);
            layer.setBVals(bias);
            model.reset();
            for (int i = 0; i < in; i++)
            {
                x[i] = problem.inputs[i];
            }
        }

        void execute(int times) override
        {
            for (int i = 0; i < times; i++)
            {
                model.forward(x);
            }
        }

        std::vector<float> result() const override
        {
            const float* outputs = model.getOutputs();
            return std::vector<float>(outputs, outputs + hidden);
        }
    };

    std::unique_ptr<Stream> stream(const Problem& problem)
    {
        if (problem.input == 16 && problem.hidden == 32)
        {
            return std::make_unique<Lstm<16, 32>>(problem);
        }
        if (problem.input == 1 && problem.hidden == 20)
        {
            return std::make_unique<Lstm<1, 20>>(problem);
        }
        if (problem.input == 1 && problem.hidden == 40)
        {
            return std::make_unique<Lstm<1, 40>>(problem);
        }
        throw std::runtime_error("there is no network of these sizes in rtneural_peer.cpp");
    }

    std::unique_ptr<Stream> start()
    {
        read_text(); // the name of the workload
        unsigned char kind;
        read_bytes(&kind, 1);
        if (kind != 'i')
        {
            std::exit(2); // the rest of the request is not known
        }
        std::string formulation = read_text();
        std::string cell = read_text();
        Problem problem;
        problem.input = int(read_int());
        problem.hidden = int(read_int());
        uint32_t timesteps = read_int();
        uint32_t batch = read_int();
        for (uint32_t left = read_int(); left > 0; left--)
        {
            std::string name = read_text();
            problem.parameters[name] = read_floats();
        }
        problem.inputs = read_floats();
        read_floats(); // there are no targets
        if (formulation != "BUILT_IN" || cell != "LSTM" || timesteps != 1 || batch != 1)
        {
            throw std::runtime_error("only streams of an LSTM run here");
        }
        return stream(problem);
    }

    void time_executions(Stream& work)
    {
        uint32_t samples = read_int();
        int executions = int(read_int());
        if (samples > most_floats)
        {
            std::exit(2);
        }
        std::vector<double> nanos(samples);
        for (double& sample : nanos)
        {
            auto begin = std::chrono::steady_clock::now();
            work.execute(executions);
            auto end = std::chrono::steady_clock::now();
            sample = std::chrono::duration<double, std::nano>(end - begin).count() / executions;
        }
        std::putchar('k');
        write_int(samples);
        for (double sample : nanos)
        {
            write_double(sample);
        }
    }

    void fail(const char* message)
    {
        std::putchar('f');
        write_int(uint32_t(std::strlen(message)));
        std::fputs(message, stdout);
    }
}

int main()
{
    std::unique_ptr<Stream> work;
    for (int request = std::getchar(); request != EOF; request = std::getchar())
    {
        if (request == 's')
        {
            try
            {
                work = start();
                std::putchar('k');
            }
            catch (const std::exception& e)
            {
                fail(e.what());
            }
        }
        else if (request == 't' && work)
        {
            time_executions(*work);
        }
        else if (request == 'r' && work)
        {
            std::vector<float> values = work->result();
            std::putchar('k');
            write_int(uint32_t(values.size()));
            for (float value : values)
            {
                uint32_t bits;
                std::memcpy(&bits, &value, 4);
                write_int(bits);
            }
        }
        else if (request == 'c')
        {
            work.reset();
            std::putchar('k');
        }
        else
        {
            return 2;
        }
        std::fflush(stdout);
    }
    return 0;
}
