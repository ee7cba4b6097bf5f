/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Tesseract 5, its neural engine. In C++, since only so a recogniser can be made from data in
 * memory: that of each language is read once, and a sandboxed worker can make more recognisers.
 * No exception leaves this file. */
#include "lines.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dirent.h>
#include <fcntl.h>
#include <leptonica/allheaders.h>
#include <map>
#include <memory>
#include <mutex>
#include <pthread.h>
#include <string>
#include <sys/stat.h>
#include <tesseract/baseapi.h>
#include <thread>
#include <unistd.h>

extern "C" void omp_set_max_active_levels(int levels) __attribute__((weak));

namespace {

using Api = tesseract::TessBaseAPI;

/* Data of languages ------------------------------------------------------------------------- */

const char *data_folder() {
    const char *named = secure_getenv("TESSDATA_PREFIX");
    return named && *named ? named : "/usr/share/tesseract-ocr/5/tessdata";
}

/** Files that were read, by path; they stay. */
std::mutex data_mutex;
std::map<std::string, std::vector<char>> data_files;

/** Files that may not be opened any more when they are needed, by path. */
std::map<std::string, int> open_files;

const std::vector<char> *load_data(const std::string &path) {
    std::lock_guard<std::mutex> guard(data_mutex);
    auto known = data_files.find(path);
    if (known != data_files.end())
        return &known->second;
    auto opened = open_files.find(path);
    int file =
        opened != open_files.end() ? opened->second : ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    struct stat about;
    if (file < 0 || fstat(file, &about) != 0)
        return nullptr;
    std::vector<char> data(size_t(about.st_size));
    size_t size = 0;
    ssize_t got;
    while (size < data.size() &&
           (got = pread(file, data.data() + size, data.size() - size, off_t(size))) > 0)
        size += size_t(got);
    if (opened == open_files.end())
        close(file);
    if (size < data.size())
        return nullptr;
    return &(data_files[path] = std::move(data));
}

void keep_open(const std::string &path) {
    std::lock_guard<std::mutex> guard(data_mutex);
    if (open_files.count(path))
        return;
    int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file >= 0)
        open_files[path] = file;
}

bool read_data(const char *path, std::vector<char> *data) {
    const std::vector<char> *found = load_data(path);
    if (found)
        *data = *found;
    return found != nullptr;
}

std::string path_of(const std::string &language) {
    return std::string(data_folder()) + "/" + language + ".traineddata";
}

/** Each of the languages joined by "+". */
std::vector<std::string> split(const char *languages) {
    std::vector<std::string> out;
    while (*languages) {
        size_t size = strcspn(languages, "+");
        if (size)
            out.emplace_back(languages, size);
        languages += size + (languages[size] == '+');
    }
    return out;
}

std::unique_ptr<Api> open_api(const char *languages, tesseract::OcrEngineMode engine) {
    std::unique_ptr<Api> api(new Api);
    /* Tesseract complains on stderr, which is the host's. */
    api->SetVariable("debug_file", "/dev/null");
    /* What is read of a page must not depend on the pages that were read before. */
    api->SetVariable("tessedit_enable_doc_dict", "0");
    if (api->Init(data_folder(), 0, languages, engine, nullptr, 0, nullptr, nullptr, false,
                  read_data))
        api.reset();
    return api;
}

/** Parallel regions inside of a page cost more than they give: pages are what is shared. */
void stay_on_this_thread() {
    if (omp_set_max_active_levels)
        omp_set_max_active_levels(0);
}

/* Layout analysis --------------------------------------------------------------------------- */

/* Half a second of a page goes by before Tesseract first asks whether to stop. So its layout is
 * analysed by a thread that can be left alone: it then ends by itself, and drops its recogniser.
 * The size of pages, and noise.c, bound how long that takes. */

/** Threads that were left alone. */
class Strays {
  public:
    void wait() {
        std::unique_lock<std::mutex> lock(mutex);
        gone.wait(lock, [this] { return count == 0; });
    }
    void add(int more) {
        std::lock_guard<std::mutex> guard(mutex);
        count += more;
        gone.notify_all();
    }

  private:
    friend void watch_forks();
    std::mutex mutex;
    std::condition_variable gone;
    int count = 0;
} strays;

/** The process ends after them, for they use what it tears down: an object that is made once
 *  Tesseract has made its own static ones goes before those. */
struct Farewell {
    ~Farewell() {
        strays.wait();
    }
};

struct Analysis {
    std::mutex mutex;
    std::condition_variable ended;
    bool done = false, failed = false, empty = false;
    std::unique_ptr<Api> stray; /* what the thread is to drop, once it was left alone */
};

void analyse(Api *api, const std::shared_ptr<Analysis> &analysis) {
    bool failed = false, empty = false;
    stay_on_this_thread();
    try {
        std::unique_ptr<tesseract::PageIterator> found(api->AnalyseLayout());
        empty = !found;
    } catch (...) {
        failed = true;
    }
    std::unique_ptr<Api> stray;
    {
        std::lock_guard<std::mutex> guard(analysis->mutex);
        analysis->done = true;
        analysis->failed = failed;
        analysis->empty = empty;
        stray = std::move(analysis->stray);
        analysis->ended.notify_one();
    }
    if (stray) {
        stray.reset();
        strays.add(-1);
    }
}

/** Whether there is something to read. When it was stopped the recogniser is gone. What was found
 * stays in it, and is not looked for again; but of an empty page, it would be. */
bool find_lines(std::unique_ptr<Api> &api, const xtr_ocr_sink *sink) {
    auto analysis = std::make_shared<Analysis>();
    std::thread thread(analyse, api.get(), analysis);
    std::unique_lock<std::mutex> lock(analysis->mutex);
    while (!analysis->ended.wait_for(lock, std::chrono::milliseconds(5),
                                     [&] { return analysis->done; })) {
        if (!sink->should_stop(sink->payload))
            continue;
        static Farewell farewell;
        strays.add(1);
        analysis->stray = std::move(api);
        thread.detach();
        return false;
    }
    lock.unlock();
    thread.join();
    if (analysis->failed)
        throw std::bad_alloc();
    return !analysis->empty;
}

/* Backend ----------------------------------------------------------------------------------- */

struct Recogniser {
    std::string languages;
    std::unique_ptr<Api> api; /* none after it was stopped */
};

int open(void **out, const char *languages, char message[256]) try {
    for (const std::string &language : split(languages)) {
        if (load_data(path_of(language)))
            continue;
        snprintf(message, 256, "no data of the language %s: apt-get install tesseract-ocr-%s",
                 language.c_str(), language.c_str());
        return XTR_E_MISSING_LANGUAGE;
    }
    stay_on_this_thread();
    std::unique_ptr<Api> api = open_api(languages, tesseract::OEM_LSTM_ONLY);
    if (!api) {
        snprintf(message, 256, "Tesseract cannot use its data of %s", languages);
        return XTR_E_MISSING_LANGUAGE;
    }
    *out = new Recogniser{languages, std::move(api)};
    return XTR_OK;
} catch (...) {
    snprintf(message, 256, "out of memory");
    return XTR_E_MEMORY;
}

void drop(void *recogniser) {
    delete static_cast<Recogniser *>(recogniser);
}

void write_words(const std::vector<xtr__line> &lines, const xtr_ocr_sink *sink) {
    uint32_t count = 0;
    for (const xtr__line &line : lines) {
        for (const auto &word : line.words) {
            xtr_ocr_word out = word.about;
            out.text = word.text.c_str();
            out.text_size = word.text.size();
            out.line = count;
            sink->add(sink->payload, &out);
        }
        count++;
    }
}

/* Pages whose letters are surer in the mean are not looked at letter by letter. */
const float SURE_PAGE = .93F;

void read_lines(Api *api, const xtr_ocr_image *image, const xtr_ocr_sink *sink) {
    xtr__watch watch(sink);
    if (api->Recognize(&watch) || sink->should_stop(sink->payload))
        return;
    std::vector<xtr__line> lines = xtr__lines_of(api, false);
    bool sure = xtr__sureness_of(lines) >= SURE_PAGE;
    if (!sure)
        lines = xtr__lines_of(api, true);
    xtr__read_doubtful_again(api, image, sink, &lines);
    if (!sure) {
        xtr__compare_letters(image, &lines);
        xtr__space_by_pitch(&lines);
        xtr__mend_amounts(&lines);
    }
    write_words(lines, sink);
}

int recognise(void *recogniser, const xtr_ocr_image *image, xtr_ocr_layout layout,
              const xtr_ocr_sink *sink, char message[256]) try {
    auto r = static_cast<Recogniser *>(recogniser);
    stay_on_this_thread();
    if (!r->api)
        r->api = open_api(r->languages.c_str(), tesseract::OEM_LSTM_ONLY);
    if (!r->api)
        throw std::bad_alloc();
    Api *api = r->api.get();
    api->SetPageSegMode(layout == XTR_OCR_BLOCK    ? tesseract::PSM_SINGLE_BLOCK
                        : layout == XTR_OCR_SPARSE ? tesseract::PSM_SPARSE_TEXT
                                                   : tesseract::PSM_AUTO);
    api->SetImage(image->samples, int(image->width), int(image->height), 1, int(image->stride));
    api->SetSourceResolution(xtr__resolution_of(image));
    if (find_lines(r->api, sink))
        read_lines(api, image, sink);
    if (r->api)
        api->Clear();
    return XTR_OK; /* a page without text is a failure to Tesseract, too */
} catch (...) {
    snprintf(message, 256, "out of memory");
    return XTR_E_MEMORY;
}

void list_in(const std::string &folder, const std::string &prefix,
             std::map<std::string, bool> *out) {
    static const char suffix[] = ".traineddata";
    const size_t length = sizeof suffix - 1;
    DIR *dir = opendir(folder.c_str());
    if (!dir)
        return;
    while (const dirent *entry = readdir(dir)) {
        std::string name = entry->d_name;
        if (name.size() > length && name.compare(name.size() - length, length, suffix) == 0)
            (*out)[prefix + name.substr(0, name.size() - length)] = true;
    }
    closedir(dir);
}

/** Those that are installed, or were when the folder could last be opened. */
std::map<std::string, bool> installed() {
    static std::mutex mutex;
    static std::map<std::string, bool> last;
    std::map<std::string, bool> names;
    list_in(data_folder(), "", &names);
    list_in(std::string(data_folder()) + "/script", "script/", &names);
    std::lock_guard<std::mutex> guard(mutex);
    if (!names.empty())
        last = names;
    return last;
}

void list_languages(void (*add)(void *payload, const char *language), void *payload) try {
    for (const auto &name : installed()) {
        if (name.first != "osd") /* is no language */
            add(payload, name.first.c_str());
    }
} catch (...) {
    return;
}

/** What pages turn out to be in is not known before: data that is not loaded stays open. */
void warm(const char *languages) try {
    if (!*languages)
        return;
    for (const std::string &language : split(languages))
        load_data(path_of(language));
    for (const auto &name : installed())
        keep_open(path_of(name.first));
} catch (...) {
    return;
}

/** A guess from measurements: 18 MB for eng, 11 for deu, 35 for jpn. */
size_t memory(const char *languages) try {
    const size_t base = 20 << 20;
    size_t sum = 0;
    for (const std::string &language : split(languages)) {
        const std::vector<char> *data = load_data(path_of(language));
        sum += data ? base + 4 * data->size() : 0;
    }
    return sum;
} catch (...) {
    return 0;
}

/** Size and time of a file, mixed into a number as FNV-1a does. */
uint64_t mix(uint64_t stamp, const std::string &path) {
    struct stat about = {};
    (void)stat(path.c_str(), &about);
    for (int64_t part :
         {int64_t(about.st_size), int64_t(about.st_mtim.tv_sec), int64_t(about.st_mtim.tv_nsec)})
        stamp = (stamp ^ uint64_t(part)) * UINT64_C(0x100000001b3);
    return stamp;
}

/* Orientation ------------------------------------------------------------------------------- */

/** That of the legacy engine, which takes 60 ms to make and 40 MB. One stays, for who comes next.
 */
std::mutex detector_mutex;
std::unique_ptr<Api> idle_detector;

std::unique_ptr<Api> take_detector() {
    {
        std::lock_guard<std::mutex> guard(detector_mutex);
        if (idle_detector)
            return std::move(idle_detector);
    }
    return open_api("osd", tesseract::OEM_TESSERACT_ONLY);
}

/** Letters of 300 dpi are larger than it needs. */
struct Pix *shrink(const xtr_ocr_image *image) {
    const uint32_t longest = 2600;
    uint32_t longer = image->width > image->height ? image->width : image->height;
    struct Pix *pix = xtr__pix_of_grey(image);
    if (!pix || longer <= longest)
        return pix;
    float by = float(longest) / float(longer);
    struct Pix *small = pixScale(pix, by, by);
    pixDestroy(&pix);
    return small;
}

/** Nobody forks while a mutex is held. The threads that were left alone are not in the child. */
__attribute__((constructor)) void watch_forks() {
    pthread_atfork(
        [] {
            data_mutex.lock();
            detector_mutex.lock();
            strays.mutex.lock();
        },
        [] {
            strays.mutex.unlock();
            detector_mutex.unlock();
            data_mutex.unlock();
        },
        [] {
            strays.count = 0;
            strays.mutex.unlock();
            detector_mutex.unlock();
            data_mutex.unlock();
        });
}

int orient(const xtr_ocr_image *image, xtr_ocr_orientation *out, char message[256]) try {
    /* A margin that stands for certainty, as Tesseract's documentation has it for turns. */
    const float sure = 15, sure_script = 10;
    *out = xtr_ocr_orientation{};
    if (!load_data(path_of("osd"))) {
        snprintf(message, 256, "detecting scripts needs data: apt-get install tesseract-ocr-osd");
        return XTR_E_MISSING_LANGUAGE;
    }
    stay_on_this_thread();
    std::unique_ptr<Api> api = take_detector();
    struct Pix *pix = api ? shrink(image) : nullptr;
    if (!pix)
        return XTR_E_MEMORY;
    api->SetPageSegMode(tesseract::PSM_OSD_ONLY);
    api->SetImage(pix);
    api->SetSourceResolution(150);
    float turn_margin, script_margin;
    const char *script = nullptr;
    if (api->DetectOrientationScript(&out->turn, &turn_margin, &script, &script_margin)) {
        out->turn_confidence = std::min(1.0F, turn_margin / sure);
        out->script_confidence = std::min(1.0F, script_margin / sure_script);
        snprintf(out->script, sizeof out->script, "%s", script ? script : "");
    }
    api->Clear();
    pixDestroy(&pix);
    std::lock_guard<std::mutex> guard(detector_mutex);
    idle_detector = std::move(api);
    return XTR_OK;
} catch (...) {
    snprintf(message, 256, "out of memory");
    return XTR_E_MEMORY;
}

} // namespace

extern "C" {

const xtr_ocr_backend xtr__ocr_tesseract = {
    sizeof(xtr_ocr_backend), "tesseract", 0,      open, drop, recognise, orient,
    list_languages,          warm,        memory,
};

const char *xtr__tesseract_version(void) {
    return Api::Version();
}

/* Of all languages: which of them are read is found out while reading. */
uint64_t xtr__tesseract_stamp(void) try {
    uint64_t stamp = UINT64_C(0xcbf29ce484222325);
    for (const auto &name : installed())
        stamp = mix(stamp, path_of(name.first));
    return stamp;
} catch (...) {
    return 0;
}

const char *xtr__tesseract_data(void) {
    return data_folder();
}
}
